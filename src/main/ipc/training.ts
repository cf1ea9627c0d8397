import type { Runner } from '../jobs/runner'
import type { Handlers } from './router'

type Names =
  | 'training.start'
  | 'training.continue'
  | 'training.pause'
  | 'training.resume'
  | 'training.stop'
  | 'training.state'
  | 'training.connect'

export const trainingHandlers = (runner: Runner): Handlers<Names> => ({
  'training.start': async (experiment) => ({ id: await runner.start(experiment) }),
  'training.continue': ({ id }) => runner.continue(id).then(() => undefined),
  'training.pause': () => void runner.pause(),
  'training.resume': () => void runner.resume(),
  'training.stop': () => void runner.stop(),
  'training.state': () => runner.state,
  'training.connect': () => void runner.connect()
})
