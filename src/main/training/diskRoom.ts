import { readFileSync } from 'node:fs'
import * as files from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { ResiduumError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/errorRecord'
import type { TrainingEvent } from '../../shared/run/events'
import type { TrainingControl } from './control'
import type { Stopwatch } from './stopwatch'

/** What a run does on a full disk: wait until there is room, or end as failed. */
export type OnFullDisk = 'wait' | 'stop'

/** Node before 18.15 lacks it, and so does Electron 22. */
// eslint-disable-next-line n/no-unsupported-features/node-builtins -- asked for only where it is there
const statfs = (files as Partial<typeof files>).statfs

const RETRY_MS = 2000
const MEBIBYTE = 2 ** 20

/** Makes the writes of a run that must not be dropped: on a full disk training waits for room, and says so once. */
export class DiskRoom {
  constructor(
    private readonly policy: OnFullDisk,
    private readonly control: TrainingControl,
    private readonly stopwatch: Pick<Stopwatch, 'pause' | 'resume' | 'isRunning'>,
    private readonly emit: (event: TrainingEvent) => void,
    private readonly retryMs = RETRY_MS
  ) {}

  /**
   * Gives what `write` gives, as often as it must be tried. `bytes` is about what it needs, so that one can be told how
   * much is missing. Throws what `write` throws, `disk-full` only where the run is to end by it or was stopped meanwhile.
   */
  async insist<Result>(write: () => Promise<Result>, bytes: number): Promise<Result> {
    let isWaiting = false
    // While the user pauses the run it stands anyhow.
    const isWorking = this.stopwatch.isRunning
    for (;;) {
      try {
        const result = await write()
        if (isWaiting) {
          if (isWorking) this.stopwatch.resume()
          this.emit({ type: 'recovered' })
        }
        return result
      } catch (error) {
        if (!isDiskFull(error) || this.policy === 'stop' || this.control.isStopped) throw error
        if (!isWaiting) {
          isWaiting = true
          this.stopwatch.pause()
          this.emit({ type: 'disk-full', error: await describeFullDisk(String(error.parameters.file), bytes) })
        }
        await this.control.waitUnlessStopped(this.retryMs)
      }
    }
  }
}

export const isDiskFull = (error: unknown): error is ResiduumError =>
  error instanceof ResiduumError && error.code === 'disk-full'

/** Which disk `file` is on, how much is free there, and about how much more is needed, as far as the system tells. */
export async function describeFullDisk(file: string, bytes: number): Promise<ErrorRecord> {
  const folder = dirname(file)
  const disk = mountPointOf(folder)
  const space = await statfs?.(folder).catch(() => null)
  const free = space ? space.bavail * space.bsize : null
  // With room on the disk it is a quota, of which the system does not say how much is left.
  if (free === null || free >= bytes) return { code: 'disk-full-waiting', parameters: { file, disk } }
  const missing = Math.max(0.1, (bytes - free) / MEBIBYTE).toFixed(1)
  return { code: 'disk-full-missing', parameters: { file, disk, missing } }
}

/** Where the file system that holds `folder` is mounted (Linux); elsewhere the folder itself. */
function mountPointOf(path: string): string {
  const folder = resolve(path)
  try {
    const points = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' ')[4] ?? [])
      .map((point) => point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))))
      .filter((point) => point === '/' || folder === point || folder.startsWith(point + sep))
    return points.reduce((longest, point) => (point.length > longest.length ? point : longest), '') || folder
  } catch {
    return folder
  }
}
