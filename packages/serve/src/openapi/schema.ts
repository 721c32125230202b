import { STATUS_CODES } from "node:http";

/** JSON Schema as the OpenAPI document has it; requests are checked by the code that reads them. */
export type Schema = Readonly<Record<string, unknown>>;

export function text(description?: string): Schema {
  return { type: "string", ...(description && { description }) };
}

export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}

/** Arrays in arrays, by the lengths from the outermost; null for any length. */
export function nested(lengths: readonly (number | null)[], items: Schema): Schema {
  return lengths.reduceRight<Schema>(
    (inner, length) => ({
      type: "array",
      items: inner,
      ...(length === null ? { minItems: 1 } : { minItems: length, maxItems: length }),
    }),
    items,
  );
}

/** A JSON answer. */
export function json(schema: Schema, description = "OK"): Schema {
  return { description, content: { "application/json": { schema } } };
}

export function errorAnswers(...statuses: readonly number[]): Readonly<Record<number, Schema>> {
  const schema = object({ error: text("the reason") }, ["error"]);
  return Object.fromEntries(statuses.map((status) => [status, json(schema, STATUS_CODES[status])]));
}
