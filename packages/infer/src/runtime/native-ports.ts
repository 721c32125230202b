import type { DType } from "../nd-array.js";
import type { CApi, NativeFunction, Pointer } from "./c-api.js";
import { check, create, elementTypes } from "./native-environment.js";
import type { Port } from "./types.js";

/** A loaded session's inputs and outputs, by the C API. @throws Error for one that is no tensor of a known dtype */
export function nativePorts(api: CApi, session: Pointer): { inputs: Port[]; outputs: Port[] } {
  const allocator = create(api, api.GetAllocatorWithDefaultOptions);
  const side = (count: NativeFunction, name: NativeFunction, info: NativeFunction): Port[] =>
    Array.from({ length: Number(create<number | bigint>(api, count, session)) }, (_, i) => {
      const text = create(api, name, session, i, allocator);
      const typeInfo = create(api, info, session, i);
      try {
        return port(api, api.text(text), typeInfo);
      } finally {
        check(api, api.AllocatorFree(allocator, text));
        api.ReleaseTypeInfo(typeInfo);
      }
    });
  return {
    inputs: side(api.SessionGetInputCount, api.SessionGetInputName, api.SessionGetInputTypeInfo),
    outputs: side(api.SessionGetOutputCount, api.SessionGetOutputName, api.SessionGetOutputTypeInfo),
  };
}

function port(api: CApi, name: string, typeInfo: Pointer): Port {
  // Null where the type is no tensor; what it points to belongs to typeInfo.
  const tensor = create<Pointer | null>(api, api.CastTypeInfoToTensorInfo, typeInfo);
  const element = tensor && create<number>(api, api.GetTensorElementType, tensor);
  const dtype = Object.entries(elementTypes).find(([, value]) => value === element)?.[0];
  if (!tensor || !dtype)
    throw new Error(`the model's ${name} is ${tensor ? `of element type ${element}` : "not a tensor"}`);
  const rank = Number(create<number | bigint>(api, api.GetDimensionsCount, tensor));
  const sizes = new BigInt64Array(rank);
  const names = new BigUint64Array(rank);
  if (rank > 0) {
    check(api, api.GetDimensions(tensor, sizes, rank));
    check(api, api.GetSymbolicDimensions(tensor, names, rank));
  }
  const shape = Array.from(sizes, (size, i) => (size >= 0n ? Number(size) : (api.textAt(names, i) ?? "")));
  return { name, dtype: dtype as DType, shape };
}
