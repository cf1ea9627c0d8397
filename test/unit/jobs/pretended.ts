import type { MessagePortMain } from 'electron'
import type { Forked, Processes } from '../../../src/main/jobs/trainerProcess'
import type { TrainerReply, TrainerRequest } from '../../../src/main/training/messages'
import type { TrainingEvent } from '../../../src/shared/run/events'

/** A trainer process that only pretends: tests say what it says and when it exits. */
export class PretendedTrainer implements Forked {
  readonly asked: string[] = []
  readonly requests: TrainerRequest[] = []
  readonly ports: MessagePortMain[] = []
  killed = 0
  say!: (message: unknown) => void
  exit!: (code: number) => void

  post(request: TrainerRequest, ports: MessagePortMain[] = []): void {
    this.asked.push(request.type)
    this.requests.push(request)
    this.ports.push(...ports)
  }

  onMessage(heard: (message: unknown) => void): void {
    this.say = heard
  }

  onExit(exited: (code: number) => void): void {
    this.exit = exited
  }

  kill(): void {
    this.killed += 1
  }

  tell(event: TrainingEvent): void {
    this.say({ type: 'event', event } satisfies TrainerReply)
  }
}

/** Gives the trainers as they are forked, and ports that are named by their channel and end. */
export function pretend(): { processes: Processes; trainers: PretendedTrainer[] } {
  const trainers: PretendedTrainer[] = []
  let channels = 0
  const fork = (): PretendedTrainer => {
    trainers.push(new PretendedTrainer())
    return trainers.at(-1)!
  }
  const channel = (): { port1: MessagePortMain; port2: MessagePortMain } => {
    channels += 1
    const end = (number: number): MessagePortMain => ({ name: `${channels}.${number}` }) as unknown as MessagePortMain
    return { port1: end(1), port2: end(2) }
  }
  return { processes: { fork, channel }, trainers }
}

export const device = { kind: 'cpu', name: 'CPU', tensorflow: '2.20.0', precision: 'float32' } as const
export const started = (epoch: number): TrainingEvent => ({
  type: 'started',
  device,
  stepsPerEpoch: 10,
  step: epoch * 10,
  epoch
})
export const ended: TrainingEvent = { type: 'ended', status: 'finished', error: null, early: false }
