import { errorText } from '../../shared/errors'
import messages from '../../shared/messages/en.json'
import { exitCodes, heedSignals, outliveOutput, type EndingSignal } from '../endings'

type Cause = EndingSignal | 'SIGPIPE' | 'failed'

/** What stopped this command from outside, if anything, and who saves its work then. */
let cause: Cause | null = null
let save: (() => void) | null = null

/**
 * How a command ends that is not left to end by itself: by a signal, a pipe whose reader has gone (quietly), a
 * terminal that is closed, or standard output that takes no more (with a word). One that has nothing to save ends at
 * once. Standard error carries words only: when it is closed they are lost and the command goes on.
 */
export function watchOutput(): void {
  process.on('exit', (own) => {
    // What a command says of itself goes first, unless it is well.
    if (cause && own === exitCodes.done) process.exitCode = exitCodes[cause]
  })
  outliveOutput(process.stderr)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const known = cause !== null
    cause ??= causeOf(error)
    if (!known && cause === 'failed') {
      const parameters = { message: error.message }
      process.stderr.write(`error: ${errorText({ code: 'output-refused', parameters })}\n`)
    }
    if (!save) process.exit()
    if (!known) save()
  })
}

function causeOf({ code }: NodeJS.ErrnoException): Cause {
  if (code === 'EPIPE') return 'SIGPIPE'
  // The terminal was closed and its signal is on the way.
  return code === 'EIO' && process.stdout.isTTY ? 'SIGHUP' : 'failed'
}

/**
 * From here on `stop` is called, once, instead of ending the process: it must see to it that the work is saved and
 * the command ends. A second signal says that this is under way, a third ends at once.
 */
export function saveAtEnd(stop: () => void): void {
  save = stop
  heedSignals((signal, count) => {
    cause ??= signal
    if (count === 1) return stop()
    if (count === 2) return void process.stderr.write(`\n${messages.terminal.saving}\n`)
    // The progress bar hides the cursor.
    if (process.stderr.isTTY) process.stderr.write('\u001b[?25h')
    process.exit()
  })
  if (cause) stop()
}
