/**
 * onnxruntime 1.30 for Node reports its use to its maker and leaves logs in the temporary folder, unless this variable
 * says otherwise when it is loaded. A library must not do that behind its users' backs; who wants it sets the
 * variable to 0.
 */
export function refuseTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
}
