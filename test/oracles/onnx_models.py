"""Writes models that onnx's Python package makes: each of its own node tests, and one with every field of the schema.

    python onnx_models.py OUT
"""

import itertools
import os
import sys

import onnx
from onnx.backend.test.case.node import collect_testcases

turn = itertools.count()
DEPTH = 6  # messages within messages; graphs in attributes of graphs would never end


def fill(message, depth=0):
    """Set every field, repeated ones twice, to values that differ from their defaults; of a oneof, each in turn."""
    chosen = {oneof: oneof.fields[next(turn) % len(oneof.fields)] for oneof in message.DESCRIPTOR.oneofs}
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof and chosen[field.containing_oneof] is not field:
            continue
        repeated = field.is_repeated
        if field.message_type is not None:
            if depth < DEPTH:
                targets = [getattr(message, field.name).add() for _ in range(2)] if repeated else [getattr(message, field.name)]
                for target in targets if depth < 3 else targets[:1]:
                    target.SetInParent()
                    fill(target, depth + 1)
        elif repeated:
            getattr(message, field.name).extend([value(field, 0), value(field, 1)])
        else:
            setattr(message, field.name, value(field, 0))


def value(field, i):
    if field.enum_type is not None:
        return field.enum_type.values[-1 - i].number
    if field.type == field.TYPE_BYTES:
        return bytes([0, 255, i])
    if field.type == field.TYPE_STRING:
        return f"{field.name} {i} \u00e9\U0001f600"
    if field.type in (field.TYPE_FLOAT, field.TYPE_DOUBLE):
        return -0.1 - i
    if field.type == field.TYPE_UINT64:
        return 2**64 - 1 - i
    return -(2**31) + i if field.type == field.TYPE_INT32 else -(2**63) + i


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for case in collect_testcases():
        if case.model is not None:
            write(case.model, folder, case.name)
    model = onnx.ModelProto()
    fill(model)
    write(model, folder, "every_field")


def write(model, folder, name):
    with open(os.path.join(folder, f"{name}.onnx"), "wb") as file:
        file.write(model.SerializeToString())


main(sys.argv[1])
