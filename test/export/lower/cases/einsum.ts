import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { int, normal } from "../values.ts";

const of =
  (equation: string) =>
  (...tensors: tf.Tensor[]) =>
    tf.einsum(equation, ...tensors);

export const cases = {
  Einsum: [
    { shows: "a product of matrices", run: of("ij,jk->ik"), inputs: [normal([2, 3]), normal([3, 4])] },
    { shows: "stacks", run: of("bij,bjk->bik"), inputs: [normal([2, 3, 4]), normal([2, 4, 2])] },
    { shows: "turned", run: of("ijk->kij"), inputs: [normal([2, 3, 4])] },
    { shows: "summed to a scalar", run: of("ij,ij->"), inputs: [normal([2, 3]), normal([2, 3], 2)] },
    { shows: "summed over one axis", run: of("ij->j"), inputs: [normal([2, 3])] },
    { shows: "outer", run: of("i,j->ij"), inputs: [normal([2]), normal([3])] },
    { shows: "attention", run: of("bthd,bshd->bhts"), inputs: [normal([2, 3, 2, 4]), normal([2, 5, 2, 4])] },
    { shows: "blanks", run: of("i j , j -> i"), inputs: [normal([2, 3]), normal([3])] },
    { shows: "int32", run: of("ij,jk->ik"), inputs: [int([1, 2, 3, 4], [2, 2]), int([5, 6, 7, 8], [2, 2])] },
  ],
} satisfies Partial<Cases>;
