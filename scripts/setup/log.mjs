import process from 'node:process'

/** Set-up speaks on stderr, so that commands with JSON on stdout stay clean. */
const out = process.stderr

/** An error the user can act on: shown without a stack, exit code 1. */
export class SetupError extends Error {}

export const say = (text) => out.write(`${text}\n`)

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`

/**
 * A bar for work of known size: redrawn in place on a terminal, a line every quarter elsewhere.
 * Returns a function that takes what is done so far; call it with `total` at the end.
 */
export function progressBar(label, total, format = megabytes) {
  const width = 28
  let quarter = -1
  return (done) => {
    const share = Math.max(0, Math.min(1, done / total))
    const figures = `${format(Math.min(done, total))} of ${format(total)}`
    if (out.isTTY) {
      const filled = Math.round(share * width)
      out.write(`\r    ${label} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${figures}  `)
      if (share === 1) out.write('\n')
      return
    }
    const reached = Math.floor(share * 4)
    if (reached === quarter) return
    quarter = reached
    say(`    ${label} ${Math.round(share * 100)}% (${figures})`)
  }
}
