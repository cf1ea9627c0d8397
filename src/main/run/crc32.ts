const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/**
 * CRC-32 of `bytes[from, to)` as zlib's `crc32` and PNG have it (polynomial 0xedb88320, reflected). Node's own is missing
 * in Node 16, which the older Electron has.
 */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let value = 0xffffffff
  for (let index = from; index < to; index++) value = TABLE[(value ^ bytes[index]!) & 0xff]! ^ (value >>> 8)
  return ~value >>> 0
}
