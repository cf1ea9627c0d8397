import { z } from 'zod'
import { nothing, route } from './route'

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const png = z.custom<Uint8Array>(
  (value) =>
    value instanceof Uint8Array && value.byteLength <= 50_000_000 && PNG.every((byte, place) => value[place] === byte)
)
const name = z.string().max(200)
/** Null when nowhere was chosen. */
const written = z.object({ file: z.string() }).nullable()

/** Files that the user chooses, and the clipboard's pictures, which a page can't write by itself. */
export const fileRoutes = {
  /** Asks where to, suggesting the name, and writes the text there whole or not at all. */
  'files.export': route(
    z.object({ name, kind: z.enum(['json', 'python', 'csv']), text: z.string().max(50_000_000) }),
    written
  ),
  'files.exportPicture': route(z.object({ name, png }), written),
  'clipboard.picture': route(z.object({ png }), nothing)
} as const
