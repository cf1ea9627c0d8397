import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './runs'

/** When a training is to be killed: so long after it was started, or after it told of so many epochs. */
export interface Kill {
  epochs: number
  ms: number
  /** What is done as that moment comes, before the milliseconds pass; gives what is done once it is dead. */
  meanwhile?: () => Promise<() => void>
}

export interface Trained {
  /** Epochs as they were told on standard output, whole lines only. */
  told: { epoch: number; loss: number; testLoss: number }[]
  stderr: string
  code: number | null
  signal: NodeJS.Signals | null
}

/** `train` of the command line in a process of its own, to its end or until it is killed. */
export async function trainElsewhere(args: readonly string[], kill: Kill | null): Promise<Trained> {
  const child = spawn(process.execPath, ['out/main/cli.cjs', 'train', '--json', ...args], { cwd: root })
  const told: Trained['told'] = []
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  let undo: () => void = () => undefined
  const shoot = async ({ meanwhile, ms }: Kill): Promise<void> => {
    if (meanwhile) undo = await meanwhile()
    await sleep(ms)
    child.kill('SIGKILL')
  }
  let shot: Promise<void> = kill?.epochs === 0 ? shoot(kill) : Promise.resolve()
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const event = parsed(line)
    if (event?.event !== 'epoch') return
    told.push(event)
    if (kill && kill.epochs === told.length) shot = shoot(kill)
  })
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (...end) => resolve(end))
  })
  await shot
  undo()
  return { told, stderr, code, signal }
}

/** Null for a line that was cut off. */
function parsed(line: string): ({ event: string } & Trained['told'][number]) | null {
  try {
    return JSON.parse(line) as ReturnType<typeof parsed>
  } catch {
    return null
  }
}
