import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { root } from './setup/folders.mjs'

/** As in `src/main/endings.ts`: what asks a process to end. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']
const WATCH_MS = 1000

/** What must not be left behind, each with how it is sent a signal. */
const tied = new Map()
let ending = null

process.on('exit', () => {
  if (ending) process.exitCode = exitCode(null, ending)
})

function forward(signal) {
  ending ??= signal
  for (const send of tied.values()) send(signal)
}

/** The exit code of a child, 128 and the signal's number where one ended it, as shells have it. */
const exitCode = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0)

/**
 * Ties a child to this process: a signal that asks this one to end is handed on by `send`, and this process ends with
 * the last of its children instead of leaving it behind. Gives the child.
 */
export function tie(child, send = (signal) => child.kill(signal)) {
  if (tied.size === 0) for (const signal of SIGNALS) process.on(signal, forward)
  tied.set(child, send)
  const untie = () => {
    tied.delete(child)
    if (tied.size > 0) return
    if (ending) process.exit()
    for (const signal of SIGNALS) process.off(signal, forward)
  }
  child.once('exit', untie)
  child.once('error', untie)
  return child
}

/**
 * Runs a tied program on this terminal to its end and gives its exit code, 1 where it cannot be started. `family` is for
 * programs that hand no signal on: all their children get it. Nothing is started once a signal has asked for the end.
 */
export function runTied(command, args, { family = false, ...options } = {}) {
  if (ending) return Promise.resolve(exitCode(null, ending))
  const stdio = family ? ['ignore', 'inherit', 'inherit'] : 'inherit'
  const child = spawn(command, args, { stdio, detached: family, ...options })
  tie(child, family ? (signal) => process.kill(-child.pid, signal) : undefined)
  return new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)))
  })
}

/**
 * Takes the death of the npm that runs this script for a hang-up: npm hands on Ctrl-C and SIGTERM but no other signal,
 * and a kill it cannot hand on. Without npm, whoever started the script may leave it behind, as a shell does.
 */
export function hangUpWithNpm() {
  if (process.env.npm_package_json !== join(root, 'package.json')) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGHUP')
  }, WATCH_MS)
  timer.unref()
}
