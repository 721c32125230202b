import { VaeDecoder } from "./vae-decoder.js";

// Two copies of this script on a page are one element.
if (!customElements.get("vae-decoder")) customElements.define("vae-decoder", VaeDecoder);
