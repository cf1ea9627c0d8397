import { z } from 'zod'

/** Bytes as they cross processes by structured clone. */
export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
