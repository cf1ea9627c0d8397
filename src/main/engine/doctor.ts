import { execFileSync } from 'node:child_process'
import { describeError, formatMessage } from '../../shared/errors'
import messages from '../../shared/messages/en.json'
import type { Device } from '../../shared/run/schema'
import { describeDevice, loadBackend } from './backend'

export interface DoctorReport {
  ok: boolean
  device: Device | null
  findings: { ok: boolean; text: string }[]
}

/** Loads TensorFlow, multiplies two matrices, and says what was found. */
export async function examineBackend(): Promise<DoctorReport> {
  const findings: DoctorReport['findings'] = []
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
    if (device.kind === 'cpu' && hasNvidiaDriver()) {
      findings.push({
        ok: false,
        text: 'there is an NVIDIA driver, but TensorFlow does not use the GPU; run npm run setup again'
      })
    }
  } catch (error) {
    const { code, parameters } = describeError(error)
    findings.push({ ok: false, text: formatMessage(messages.error[code], parameters) })
  }
  return { ok: findings.every(({ ok }) => ok), device, findings }
}

function hasNvidiaDriver(): boolean {
  try {
    execFileSync('nvidia-smi', ['-L'], { stdio: 'ignore', timeout: 10_000 })
    return true
  } catch {
    return false
  }
}
