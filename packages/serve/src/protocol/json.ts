import { badRequest } from "../errors.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** JSON of a request's body. ifBinary: added to the error where the bytes are no text. @throws RequestError for bytes that are none */
export function parseJson(bytes: Uint8Array, ifBinary = ""): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    const { name, message } = error as Error;
    const why = name === "SyntaxError" ? message.slice(0, 200) : `the bytes are no UTF-8 text${ifBinary}`;
    throw badRequest(bytes.length === 0 ? "the request has no body" : `the body is not JSON: ${why}`);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
