import { describeError, errorText } from '../../shared/errors'
import type { Device } from '../../shared/run/schema'
import { describeDevice, loadBackend } from './backend'

/** Something the doctor looked at. A warning is `ok`: training works, if not as well as it could. */
export interface Finding {
  ok: boolean
  warning?: boolean
  text: string
  /** What to do about it. */
  cure?: string
}

export interface DoctorReport {
  ok: boolean
  device: Device | null
  findings: Finding[]
}

/** Pictures a second that a small network trains at, on the GPU and on the CPU of one computer. */
export interface Speeds {
  gpu: number
  cpu: number
}

/**
 * Loads TensorFlow, multiplies two matrices, and says what was found.
 * @param measure gives the speeds where TensorFlow uses a GPU; asked for there only
 */
export async function examineBackend(measure: () => Promise<Speeds>): Promise<DoctorReport> {
  const findings: Finding[] = []
  let device: Device | null = null
  try {
    const { tf } = loadBackend()
    device = describeDevice()
    findings.push({ ok: true, text: `TensorFlow ${device.tensorflow} is loaded` })
    const [product] = tf.tidy(() => tf.matMul(tf.ones([1, 64]), tf.ones([64, 1])).dataSync<'float32'>())
    findings.push({
      ok: product === 64,
      text: product === 64 ? 'it computes' : `it computes wrongly: 64 products of ones give ${product}`
    })
    findings.push({ ok: true, text: `training runs on the ${device.kind.toUpperCase()}: ${device.name}` })
    if (device.kind === 'gpu') findings.push(compareSpeeds(await measure()))
  } catch (error) {
    findings.push({ ok: false, text: errorText(describeError(error)) })
  }
  return { ok: findings.every(({ ok }) => ok), device, findings }
}

/** How the GPU does beside the CPU on a small network; a warning where it is the slower one. */
export function compareSpeeds({ gpu, cpu }: Speeds): Finding {
  const whole = (speed: number): string => Math.round(speed).toLocaleString('en-GB')
  const text =
    `LeNet-5 trains ${whole(gpu)} pictures a second on the GPU and ${whole(cpu)} on the CPU: ` +
    `${(gpu / cpu).toFixed(1)} times as many`
  if (gpu >= cpu) return { ok: true, text }
  return {
    ok: true,
    warning: true,
    text,
    cure: 'Train small networks with RESIDUUM_DEVICE=cpu; large ones still gain.'
  }
}
