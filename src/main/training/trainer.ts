import type { MessagePortMain } from 'electron'
import { describeError } from '../../shared/errors'
import { isFrequent, type TrainingEvent } from '../../shared/run/events'
import { exitCodes, heedSignals, outliveOutput, watchParent } from '../endings'
import { describeDevice } from '../engine/backend'
import { matrixProductRate } from '../engine/speed'
import { TrainingControl } from './control'
import { trainerRequestSchema, type TrainerReply } from './messages'
import { measureSpeed } from './speed'
import { train } from './train'

/**
 * The trainer process: TensorFlow lives here alone, so that its crash or its hunger for memory costs a
 * run's last minutes and never the window.
 */
const LINGER_MS = 10_000
const main = process.parentPort
const control = new TrainingControl()
let port: MessagePortMain | null = null
let training = false

const reply = (message: TrainerReply): void => main.postMessage(message)

main.on('message', ({ data, ports }) => {
  const request = trainerRequestSchema.parse(data)
  switch (request.type) {
    case 'examine':
      return examine()
    case 'rate':
      return answer(matrixProductRate().then((product) => ({ type: 'rated', product })))
    case 'measure':
      return answer(
        measureSpeed(request.experiment, request.seconds, (fraction) => reply({ type: 'measuring', fraction })).then(
          (imagesPerSecond) => ({ type: 'measured', imagesPerSecond })
        )
      )
    case 'train':
      training = true
      void train(request, control, tell).then(leave)
      return
    case 'port':
      port?.close()
      port = ports[0] ?? null
      return
    default:
      control[request.type]()
  }
})

/** Steps, progress and diagnostics go straight to the window; main gets everything, for the library. */
function tell(event: TrainingEvent): void {
  reply({ type: 'event', event })
  if (isFrequent(event)) port?.postMessage(event)
}

function examine(): void {
  try {
    reply({ type: 'examined', device: describeDevice(), error: null })
  } catch (error) {
    reply({ type: 'examined', device: null, error: describeError(error) })
  }
  leave()
}

/** Tells what was found, or why it was not. */
function answer(found: Promise<TrainerReply>): void {
  void found
    .catch((error: unknown): TrainerReply => ({ type: 'refused', error: describeError(error) }))
    .then(reply)
    .then(leave)
}

/** Main ends this process once it has heard the last message; the timer is for a main that does not. */
function leave(): void {
  setTimeout(() => process.exit(exitCodes.done), LINGER_MS)
}

// A terminal sends its signals to every process of the app, a shutdown of the system too: as main does, the run is saved.
heedSignals((signal) => {
  if (!training) process.exit(exitCodes[signal])
  control.stop()
})
outliveOutput(process.stdout, process.stderr)
// The app may have been killed: nobody would see or stop this run any more.
watchParent(process.ppid, () => process.exit(exitCodes.failed))
