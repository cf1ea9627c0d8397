import { Presets, SingleBar } from 'cli-progress'
import { describeError, errorText } from '../../shared/errors'
import type { Experiment, MonitoredMetric } from '../../shared/experiment/schema'
import messages from '../../shared/messages/en.json'
import { isDiverged } from '../../shared/run/best'
import { classFigures, confusionMatrix } from '../../shared/evaluation/confusion'
import { predictedOf, topFiveAccuracy } from '../../shared/evaluation/predictions'
import { jsonLine, visible } from '../../shared/text/visible'
import type { TrainingEvent } from '../../shared/run/events'
import type { Device, EpochMetrics, RunSummary } from '../../shared/run/schema'
import { openDataset } from '../datasets/dataset'
import type { Library } from '../library/library'
import { loadCheckpoint } from '../training/checkpointFiles'

/** Tells the user at the terminal how a run goes. */
export interface Report {
  begin(run: string, experiment: Experiment): void
  event(event: TrainingEvent): void
  end(run: string, library: Library): Promise<void>
}

/** One JSON object a line on stdout: an epoch each, then where the run was saved. */
export class JsonReport implements Report {
  private device: Device | null = null
  /** Null until a run was heard to end. */
  private ended: Extract<TrainingEvent, { type: 'ended' }> | null = null
  private classes = 0

  begin(_: string, { architecture }: Experiment): void {
    this.classes = architecture.classes
  }

  event(event: TrainingEvent): void {
    if (event.type === 'started') this.device = event.device
    if (event.type === 'epoch') this.epoch(event.metrics)
    if (event.type === 'ended') this.ended = event
    if (event.type === 'warning' || event.type === 'disk-full') warn(event)
    if (event.type === 'recovered') tellRecovered()
  }

  async end(run: string, library: Library): Promise<void> {
    const { status: recorded, best, epochs, epochsDone } = library.getRun(run)
    // A run that could not be taken up stays recorded as it had ended before.
    const status = this.ended?.status ?? recorded
    if (status === 'failed') return
    const early = (this.ended?.early ?? (epochs !== null && epochsDone < epochs)) ? { stoppedEarly: true } : {}
    const event = status === 'finished' ? 'finished' : 'stopped'
    this.line({ event, run, library: library.folder, bestEpoch: best?.epoch ?? null, ...early })
  }

  /** Figures of held-out pictures stand there only where some are held out, `diverged` only where it is so. */
  private epoch(metrics: EpochMetrics): void {
    const { validationLoss, validationAccuracy, epoch, loss, trainAccuracy, testLoss, testAccuracy } = metrics
    const { seconds, imagesPerSecond } = metrics
    const validation = validationLoss === null ? {} : { validationLoss, validationAccuracy }
    const figures = { epoch, loss, trainAccuracy, testLoss, testAccuracy, ...validation, seconds, imagesPerSecond }
    const diverged = isDiverged(metrics, this.classes) ? { diverged: true } : {}
    this.line({ event: 'epoch', ...figures, ...diverged, device: this.device!.kind })
  }

  private line(value: unknown): void {
    process.stdout.write(`${jsonLine(value)}\n`)
  }
}

/** Progress bar, a table of epochs, and the confusion matrix. */
export class TerminalReport implements Report {
  private readonly bar = new SingleBar(
    {
      format: '{phase} {bar} {percentage}% | {done} of {all} pictures | {speed} pictures/s | {left} left',
      hideCursor: true,
      clearOnComplete: true,
      noTTYOutput: false,
      etaBuffer: 2
    },
    Presets.shades_classic
  )
  private validates = false

  begin(run: string, { architecture, recipe }: Experiment): void {
    const { optimizer, batchSize, epochs, seed, validationShare } = recipe
    this.validates = validationShare > 0
    this.print(
      `Training ${visible(architecture.name)}: ${epochs} epochs, batch size ${batchSize}, ${optimizer.kind} with ` +
        `learning rate ${optimizer.learningRate}, seed ${seed}. Ctrl-C stops and keeps what there is.`
    )
    this.print(`Run ${run}`)
  }

  event(event: TrainingEvent): void {
    switch (event.type) {
      case 'started': {
        const { name, kind, tensorflow, precision } = event.device
        const products = precision === 'mixed' ? ', mixed precision' : ''
        this.print(`Device: ${kind.toUpperCase()} (${name}), TensorFlow ${tensorflow}${products}\n`)
        const validation = this.validates ? '   val loss   val acc' : ''
        this.print(`epoch    loss  train acc  test loss  test acc${validation}  pictures/s  time (s)`)
        this.bar.start(1, 0, { phase: '', done: 0, all: 0, speed: '-', left: '-' })
        return
      }
      case 'progress': {
        const { phase, epoch, done, total, fraction, imagesPerSecond, secondsLeft } = event.progress
        this.bar.update(fraction, {
          phase: `epoch ${epoch + 1} ${phase}`,
          done,
          all: total,
          speed: imagesPerSecond?.toFixed(0) ?? '-',
          left: secondsLeft === null ? '-' : formatDuration(secondsLeft)
        })
        return
      }
      case 'epoch': {
        const { epoch, loss, trainAccuracy, testLoss, testAccuracy, imagesPerSecond, seconds } = event.metrics
        const { validationLoss, validationAccuracy } = event.metrics
        const validation =
          validationLoss === null
            ? []
            : [lossText(validationLoss).padStart(10), percent(validationAccuracy).padStart(9)]
        this.print(
          [
            String(epoch + 1).padStart(5),
            lossText(loss).padStart(7),
            percent(trainAccuracy).padStart(10),
            lossText(testLoss).padStart(10),
            percent(testAccuracy).padStart(9),
            ...validation,
            decimal(imagesPerSecond).padStart(11),
            decimal(seconds).padStart(9)
          ].join(' ')
        )
        return
      }
      case 'warning':
      case 'disk-full':
        warn(event)
        return
      case 'recovered':
        tellRecovered()
        return
      case 'ended':
        this.bar.stop()
        if (event.early) this.print('\nStopped early: the watched figure got no better.')
    }
  }

  async end(run: string, library: Library): Promise<void> {
    const summary = library.getRun(run)
    if (summary.epochsDone > 0) {
      const { dataset: reference, recipe } = (await library.getDetail(run)).experiment!
      this.print(`\n${bestText(summary, recipe.monitor)}`)
      const evaluation = await library.getEvaluation(run, summary.best?.epoch ?? null).catch((error: unknown) => {
        warn({ type: 'warning', error: describeError(error) })
        return null
      })
      // What is wrong with a damaged set was said as the run ended.
      const dataset = await openDataset(reference.name).catch(() => null)
      if (dataset && evaluation) {
        const { classes } = dataset
        const { labels, epoch } = evaluation
        const best = topFiveAccuracy(evaluation, classes.length)
        if (best !== null) this.print(`Top-5 accuracy on the test pictures after epoch ${epoch + 1}: ${percent(best)}`)
        this.print(`\nConfusion matrix on the test pictures after epoch ${epoch + 1} (rows: true class)`)
        this.print(confusionText(confusionMatrix(labels, predictedOf(evaluation), classes.length), classes))
      }
    }
    this.print(`\nRun ${run} (${summary.status}) is saved in ${visible(library.folder)}`)
    if (summary.status !== 'finished') this.print(await checkpointText(library.runFolder(run)))
  }

  /** A line above the progress bar. */
  private print(line: string): void {
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
    process.stdout.write(`${line}\n`)
  }
}

/** Names the best epoch and what it is by. */
function bestText({ best }: RunSummary, monitor: MonitoredMetric): string {
  const epoch = best ? `${best.epoch + 1} (test accuracy ${percent(best.testAccuracy)})` : 'none'
  return `Best epoch by ${monitor}: ${epoch}`
}

/** Whether there is something to go on from, by reading it. */
async function checkpointText(folder: string): Promise<string> {
  const checkpoint = await loadCheckpoint(folder).catch(() => null)
  if (!checkpoint) return 'It has no whole checkpoint to go on from.'
  const { epoch, step } = checkpoint.position
  return `Its newest whole checkpoint: ${epoch} whole epochs, ${step} steps.`
}

const lossText = (value: number | null): string =>
  value === null ? '-' : value < 1e5 ? value.toFixed(4) : value.toExponential(2)

const decimal = (value: number | null): string => value?.toFixed(1) ?? '-'

/** The matrix as text: a row a true class, with its recall. */
export function confusionText(matrix: readonly (readonly number[])[], classes: readonly string[]): string {
  const nameWidth = Math.max(...classes.map((name) => name.length))
  const cellWidth = Math.max(5, ...matrix.flat().map((count) => String(count).length + 1))
  const figures = classFigures(matrix)
  const head = classes.map((name) => name.slice(0, cellWidth - 1).padStart(cellWidth)).join('')
  const rows = matrix.map((row, index) => {
    const cells = row.map((count) => String(count).padStart(cellWidth)).join('')
    const { recall } = figures[index]!
    return `${classes[index]!.padStart(nameWidth)} ${cells}  ${recall === null ? '-' : percent(recall)}`
  })
  return [`${' '.repeat(nameWidth)} ${head}  recall`, ...rows].join('\n')
}

export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`
}

const percent = (share: number | null): string => (share === null ? '-' : `${(100 * share).toFixed(2)}%`)

function warn({ error }: Extract<TrainingEvent, { type: 'warning' | 'disk-full' }>): void {
  process.stderr.write(`warning: ${errorText(error)}\n`)
}

const tellRecovered = (): void => void process.stderr.write(`${messages.terminal.recovered}\n`)
