import type { MessagePortMain } from 'electron'
import { describeError } from '../../shared/errors'
import { isFrequent, type TrainingEvent } from '../../shared/run/events'
import { describeDevice } from '../engine/backend'
import { TrainingControl } from './control'
import { trainerRequestSchema, type TrainerReply } from './messages'
import { train } from './train'

/**
 * The trainer process: TensorFlow lives here alone, so that its crash or its hunger for memory costs a
 * run's last minutes and never the window.
 */
const ORPHAN_CHECK_MS = 2000
const LINGER_MS = 10_000
const main = process.parentPort
const control = new TrainingControl()
let port: MessagePortMain | null = null

const reply = (message: TrainerReply): void => main.postMessage(message)

main.on('message', ({ data, ports }) => {
  const request = trainerRequestSchema.parse(data)
  switch (request.type) {
    case 'examine':
      return examine()
    case 'train':
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

/** Main ends this process once it has heard the last message; the timer is for a main that does not. */
function leave(): void {
  setTimeout(() => process.exit(0), LINGER_MS)
}

// The app may have been killed: nobody would see or stop this run any more.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.exit(1)
}, ORPHAN_CHECK_MS)
