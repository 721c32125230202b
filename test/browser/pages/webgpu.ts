import { Vae } from "@vaekit/infer/web/webgpu";
import { offerProbe } from "./probe.ts";

offerProbe((source, options) => Vae.load(source, options));
