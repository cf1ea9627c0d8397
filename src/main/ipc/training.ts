import type { trainingRoutes } from '../../shared/ipc/training'
import type { Runner } from '../jobs/runner'
import type { Handlers } from './router'

export const trainingHandlers = (runner: Runner): Handlers<keyof typeof trainingRoutes> => ({
  'training.start': async (experiment) => ({ id: await runner.start(experiment) }),
  'training.continue': ({ id }) => runner.continue(id).then(() => undefined),
  'training.pause': () => void runner.pause(),
  'training.resume': () => void runner.resume(),
  'training.stop': () => void runner.stop(),
  'training.state': () => runner.state,
  'training.connect': () => void runner.connect()
})
