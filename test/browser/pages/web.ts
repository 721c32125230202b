import { Vae } from "@vaekit/infer/web";
import { offerProbe } from "./probe.ts";

offerProbe((source, options) => Vae.load(source, options));
