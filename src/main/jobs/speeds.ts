import { checkArchitecture } from '../../shared/architecture/check'
import { ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import { machineOf, noSpeeds, speedKey, type RunSpeed, type Speeds } from '../../shared/run/speed'
import type { Device } from '../../shared/run/schema'
import type { SpeedBook } from '../speedBook'
import type { Measurer } from './measurer'

interface Sources {
  measurer: Pick<Measurer, 'rate' | 'measure' | 'cancel'>
  book: Pick<SpeedBook, 'of' | 'note'>
  /** Null while it is not known. */
  device(): Device | null
  isTraining(): boolean
  /** Of runs on the device of this name, the newest first. */
  ofRuns(device: string): RunSpeed[]
  /** More is known now. */
  changed(): void
}

/** What is known of how fast this computer trains, and the ways to know more. A run comes before any measuring. */
export class ComputerSpeeds {
  constructor(private readonly sources: Sources) {}

  async get(): Promise<Speeds> {
    const device = this.sources.device()
    if (!device) return noSpeeds
    return { ...(await this.sources.book.of(machineOf(device))), runs: this.sources.ofRuns(device.name) }
  }

  /** Measures the machine's matrix product where it never was; what fails is tried again at the next start. */
  async rate(): Promise<void> {
    const { measurer, book, device, isTraining } = this.sources
    const own = device()
    if (!own || isTraining() || (await book.of(machineOf(own))).product !== null) return
    const product = await measurer.rate().catch(() => null)
    if (product !== null) await this.note(own, { product })
  }

  /**
   * Trains an experiment for a moment and keeps how fast that was; false where it was cancelled. Throws ResiduumError
   * `trainer-busy`, and what keeps the experiment from being trained.
   */
  async measure(experiment: Experiment): Promise<boolean> {
    const { measurer, device, isTraining } = this.sources
    if (isTraining()) throw new ResiduumError('trainer-busy')
    const imagesPerSecond = await measurer.measure(experiment)
    const own = device()
    const { checked } = checkArchitecture(experiment.architecture)
    if (imagesPerSecond === null || !own || !checked) return false
    await this.note(own, { measured: { [speedKey(checked, experiment.recipe)]: imagesPerSecond } })
    return true
  }

  cancel(): void {
    this.sources.measurer.cancel()
  }

  private async note(device: Device, found: Partial<Pick<Speeds, 'measured' | 'product'>>): Promise<void> {
    await this.sources.book.note(machineOf(device), found)
    this.sources.changed()
  }
}
