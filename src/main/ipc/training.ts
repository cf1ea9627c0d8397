import type { trainingRoutes } from '../../shared/ipc/training'
import type { ComputerSpeeds } from '../jobs/speeds'
import type { Runner } from '../jobs/runner'
import type { Handlers } from './router'

export const trainingHandlers = (runner: Runner, speeds: ComputerSpeeds): Handlers<keyof typeof trainingRoutes> => ({
  'training.start': async (experiment) => {
    speeds.cancel()
    return { id: await runner.start(experiment) }
  },
  'training.continue': async ({ id }) => {
    speeds.cancel()
    await runner.continue(id)
  },
  'training.pause': () => void runner.pause(),
  'training.resume': () => void runner.resume(),
  'training.stop': () => void runner.stop(),
  'training.state': () => runner.state,
  'training.connect': () => void runner.connect(),
  'training.speeds': () => speeds.get(),
  'training.measure': (experiment) => speeds.measure(experiment),
  'training.cancelMeasure': () => void speeds.cancel()
})
