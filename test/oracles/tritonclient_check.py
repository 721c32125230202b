"""Ask an inference server with NVIDIA's client: python tritonclient_check.py <host:port> <bundle>, codes on standard input.

Reads {"x": [[...]], "x_shape": [...], "z": [[...]]}; prints what the server says of its models, and each output by how
it was asked for, as one JSON object.
"""

import json
import sys

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException


def main() -> None:
    address, bundle = sys.argv[1:]
    given = json.load(sys.stdin)
    x = np.array(given["x"], dtype=np.uint8).reshape(given["x_shape"])
    z = np.array(given["z"], dtype=np.float32)
    client = InferenceServerClient(address)
    decoder = f"{bundle}.decoder"
    report = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready() and client.is_model_ready(decoder),
        "unknown_ready": client.is_model_ready(f"{bundle}.nothing"),
        "server": client.get_server_metadata(),
        "metadata": client.get_model_metadata(decoder),
        "index": client.get_model_repository_index(),
        "decoded": {},
    }
    version = report["metadata"]["versions"][0]
    names = [output["name"] for output in report["metadata"]["outputs"]]
    for binary_in in [True, False]:
        for binary_out in [True, False]:
            outputs = [InferRequestedOutput(name, binary_data=binary_out) for name in names]
            result = client.infer(
                decoder,
                [tensor("z", z, "FP32", binary_in)],
                model_version=version,
                outputs=outputs,
                request_id="seven",
            )
            report["id"] = result.get_response()["id"]
            key = f"{'binary' if binary_in else 'json'} in, {'binary' if binary_out else 'json'} out"
            report["decoded"][key] = arrays(result, names)
    packed = client.infer(decoder, [tensor("z", z, "FP32", True)], request_compression_algorithm="gzip")
    report["decoded"]["gzip in, all out"] = arrays(packed, names)
    report["encoded"] = arrays(client.infer(f"{bundle}.encoder", [tensor("x", x, "UINT8", True)]), ["mu", "logvar"])
    scored = client.infer(f"{bundle}.scorer", [tensor("x", x, "UINT8", True)], parameters={"seed": 5})
    report["elbo"] = scored.as_numpy("elbo").tolist()
    try:
        client.infer(decoder, [tensor("z", z[:, :-1], "FP32", True)])
    except InferenceServerException as error:
        report["error"] = {"status": error.status(), "message": error.message()}
    print(json.dumps(report))


def tensor(name: str, values: np.ndarray, datatype: str, binary: bool) -> InferInput:
    given = InferInput(name, list(values.shape), datatype)
    given.set_data_from_numpy(np.ascontiguousarray(values), binary_data=binary)
    return given


def arrays(result, names: list[str]) -> dict:
    found = {name: result.as_numpy(name) for name in names}
    return {name: {"shape": list(a.shape), "dtype": str(a.dtype), "data": a.ravel().tolist()} for name, a in found.items()}


main()
