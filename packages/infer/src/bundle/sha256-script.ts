// A file of its own, so that a bundler keeps this function of the library and no other when it is imported later.
export { sha256 } from "@noble/hashes/sha2.js";
