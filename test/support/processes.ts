import { readdirSync, readFileSync } from 'node:fs'

/** What runs on this computer, by Linux's /proc. */
export interface Process {
  pid: number
  command: string
}

/** A process's command; empty where there is none, or only what its parent has not asked for yet. */
export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Processes of which `isOwn` is true by their folder in /proc. */
export const processesWith = (isOwn: (folder: string, pid: number) => boolean): Process[] =>
  readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) && isOwn(`/proc/${name}`, Number(name))
        ? [{ pid: Number(name), command: commandOf(Number(name)) }]
        : []
    } catch {
      return []
    }
  })

/** Processes with a library's folder in their environment. Chromium writes its helpers' titles over theirs. */
export const processesOf = (library: string): Process[] =>
  processesWith((folder) => readFileSync(`${folder}/environ`, 'utf8').includes(library))
