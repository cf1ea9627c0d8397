import type { Supervisor } from '../training/supervisor'
import type { Handlers } from './router'

type Names =
  | 'training.start'
  | 'training.continue'
  | 'training.pause'
  | 'training.resume'
  | 'training.stop'
  | 'training.state'
  | 'training.connect'

export const trainingHandlers = (supervisor: Supervisor): Handlers<Names> => ({
  'training.start': (experiment) => ({ id: supervisor.start(experiment) }),
  'training.continue': ({ id }) => void supervisor.continue(id),
  'training.pause': () => void supervisor.pause(),
  'training.resume': () => void supervisor.resume(),
  'training.stop': () => void supervisor.stop(),
  'training.state': () => supervisor.state,
  'training.connect': () => void supervisor.connect()
})
