import { spawn, spawnSync } from 'node:child_process'
import { tie } from '../children.mjs'
import { heldLocks } from './lock.mjs'
import { SetupError } from './log.mjs'

/**
 * Runs a program to its end with no shell and gives its output. Throws SetupError with the end of what it
 * printed, and with `hint`, when it fails. The program shares set-up's locks: should set-up be killed, others wait
 * until it has ended too. `outlived` is for programs that start what stays, as apt-get does: they get no lock.
 */
export function run(command, args, { hint = '', timeoutMs = 0, outlived = false, onTick, stdout, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'pipe', ...(outlived ? [] : heldLocks())]
    const child = spawn(command, args, { stdio, ...options })
    let output = ''
    const gather = (chunk) => (output = (output + chunk).slice(-20_000))
    child.stdout?.on('data', (chunk) => {
      gather(chunk)
      stdout?.(String(chunk))
    })
    child.stderr?.on('data', gather)
    tie(child)
    const tick = onTick && setInterval(onTick, 500)
    const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    const finish = () => {
      clearInterval(tick)
      clearTimeout(timer)
    }
    child.on('error', (error) => {
      finish()
      reject(new SetupError(`${command} could not be started: ${error.message}.${hint && ` ${hint}`}`))
    })
    child.on('close', (code, signal) => {
      finish()
      if (code === 0) return resolve(output)
      const tail = output.trim().split('\n').slice(-12).join('\n      ')
      reject(new SetupError(`${command} failed (${signal ?? `exit code ${code}`}). ${hint}\n      ${tail}`))
    })
  })
}

/** Whether a program can be started at all. */
export function exists(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).error === undefined
}
