import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ownerOf, takeOwnership, withOwnership, type Owner } from '../../../src/main/run/owner'
import { temporaryFolder } from '../support'

vi.mock('node:fs/promises', { spy: true })

const PROCESSES = 10
const work = mkdtempSync(join(tmpdir(), 'residuum-owner-'))
const others: Other[] = []
beforeAll(async () => {
  await build({
    logLevel: 'silent',
    build: {
      outDir: work,
      lib: { entry: join(import.meta.dirname, 'ownElsewhere.ts'), formats: ['cjs'], fileName: () => 'own.cjs' },
      rollupOptions: { external: [/^node:/] }
    }
  })
})
afterEach(async () => {
  vi.useRealTimers()
  vi.mocked(fs.link).mockRestore()
  for (const other of others.splice(0)) await other.kill()
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** Another process that takes folders. */
class Other {
  readonly child: ChildProcess = spawn(process.execPath, [join(work, 'own.cjs')], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  private readonly answers: Interface = createInterface({ input: this.child.stdout! })

  constructor() {
    others.push(this)
  }

  async ask(...command: (string | number)[]): Promise<string> {
    const answer = once(this.answers, 'line')
    this.child.stdin!.write(`${JSON.stringify(command)}\n`)
    return String((await answer)[0])
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await gone
  }
}

const fileIn = (folder: string): string => {
  const [file, ...more] = readdirSync(folder).filter((name) => name.startsWith('owner-'))
  expect(more).toEqual([])
  return join(folder, file!)
}
/** Leaves an owner's file as this process would, with other particulars. */
async function leave(folder: string, particulars: Partial<Owner>): Promise<void> {
  await takeOwnership(folder)
  const file = fileIn(folder)
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as Owner), ...particulars }))
}
const inProgress = (pid: number): unknown =>
  expect.objectContaining({ code: 'run-in-progress', parameters: expect.objectContaining({ pid, host: hostname() }) })

describe('of ten processes at once', () => {
  it('exactly one has it, twenty times: where nobody was, where one released it, where one was killed', async () => {
    const folder = temporaryFolder()
    let contenders = Array.from({ length: PROCESSES }, () => new Other())
    for (let round = 0; round < 20; round++) {
      const at = Date.now() + 100
      const outcomes = await Promise.all(contenders.map((other) => other.ask('take', folder, at)))
      expect(outcomes.filter((outcome) => outcome !== 'run-in-progress')).toEqual(['taken'])
      const winner = contenders[outcomes.indexOf('taken')]!
      expect(await ownerOf(folder)).toMatchObject({ pid: winner.child.pid })
      expect(readdirSync(folder)).toHaveLength(1)
      if (round % 3 === 0) await winner.ask('release', folder)
      else if (round % 3 === 1) rmSync(fileIn(folder))
      else {
        await winner.kill()
        contenders = [...contenders.filter((other) => other !== winner), new Other()]
      }
    }
  }, 60_000)

  it('one at a time does what must not be done twice at once, and each comes to it', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'n'), '0')
    const contenders = Array.from({ length: PROCESSES }, () => new Other())
    const outcomes = await Promise.all(contenders.map((other) => other.ask('count', folder, 10)))
    expect(outcomes).toEqual(contenders.map(() => 'counted'))
    expect(readFileSync(join(folder, 'n'), 'utf8')).toBe(String(PROCESSES * 10))
    expect(readdirSync(folder)).toHaveLength(2)
  }, 60_000)
})

describe('a folder with an owner', () => {
  it('is refused while the owner lives or is only stopped, and taken once it is killed', async () => {
    const folder = temporaryFolder()
    const other = new Other()
    const pid = other.child.pid!
    await other.ask('take', folder)
    await expect(takeOwnership(folder, { takeOver: true })).rejects.toEqual(inProgress(pid))
    other.child.kill('SIGSTOP')
    await expect(takeOwnership(folder, { takeOver: true })).rejects.toEqual(inProgress(pid))
    expect(await ownerOf(folder)).toMatchObject({ pid })
    await other.kill()
    expect(await ownerOf(folder)).toBeNull()
    expect((await takeOwnership(folder)).unreadable).toBeNull()
    expect(await ownerOf(folder)).toMatchObject({ pid: process.pid })
  })

  it('is taken from a killed one that its parent has not buried', async () => {
    const folder = temporaryFolder()
    // The shell becomes a program that never asks after its child.
    const parent = spawn('sh', ['-c', `"${process.execPath}" "${join(work, 'own.cjs')}" <&3 & exec sleep 60`], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe']
    })
    try {
      const line = once(createInterface({ input: parent.stdout! }), 'line')
      ;(parent.stdio[3] as NodeJS.WritableStream).write(`${JSON.stringify(['take', folder])}\n`)
      expect((await line)[0]).toBe('taken')
      const owner = await ownerOf(folder)
      process.kill(owner!.pid, 'SIGKILL')
      await vi.waitFor(() => expect(readFileSync(`/proc/${owner!.pid}/stat`, 'utf8')).toContain(') Z '))
      await takeOwnership(folder)
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it('is taken where another process has the pid now, and where the computer was started anew', async () => {
    for (const particulars of [{ started: '1' }, { boot: 'another' }]) {
      const folder = temporaryFolder()
      await leave(folder, particulars)
      expect(await ownerOf(folder)).toBeNull()
      await takeOwnership(folder)
      await expect(takeOwnership(folder)).rejects.toEqual(inProgress(process.pid))
    }
  })

  it('is refused where another computer or container has it, and taken over by force, once', async () => {
    for (const particulars of [
      { host: 'elsewhere' },
      { host: 'elsewhere', boot: 'another' },
      { namespace: 'pid:[1]' }
    ]) {
      const folder = temporaryFolder()
      await leave(folder, particulars)
      const host = particulars.host ?? hostname()
      await expect(takeOwnership(folder)).rejects.toMatchObject({ code: 'run-elsewhere', parameters: { host } })
      expect(await ownerOf(folder)).toMatchObject(particulars)
      await takeOwnership(folder, { takeOver: true })
      expect(await ownerOf(folder)).toMatchObject({ pid: process.pid, host: hostname() })
      await expect(takeOwnership(folder, { takeOver: true })).rejects.toEqual(inProgress(process.pid))
    }
  })

  it('is free once released, and its former owner, taken over meanwhile, takes nothing back by releasing it', async () => {
    const folder = temporaryFolder()
    const first = await takeOwnership(folder)
    await first.release()
    expect(await ownerOf(folder)).toBeNull()
    await takeOwnership(folder)
    await first.release()
    expect(await ownerOf(folder)).toMatchObject({ pid: process.pid })
    await expect(takeOwnership(folder)).rejects.toEqual(inProgress(process.pid))
  })

  it.each(['', '{"pid":0}', 'x'.repeat(20_000)])(
    "counts as nobody's where its file cannot be understood, which is said: %#",
    async (content) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'owner-000041.json'), content)
      expect(await ownerOf(folder)).toBeNull()
      expect((await takeOwnership(folder)).unreadable).toBe(join(folder, 'owner-000041.json'))
      expect(readdirSync(folder)).toEqual(['owner-000042.json'])
    }
  )

  it('keeps its owner whatever the clock and the times of its files say', async () => {
    const folder = temporaryFolder()
    const other = new Other()
    await other.ask('take', folder)
    for (const time of [new Date('1971-01-01'), new Date(Date.now() + 600_000), new Date('2100-01-01')]) {
      utimesSync(fileIn(folder), time, time)
      vi.useFakeTimers({ now: new Date('2060-01-01'), toFake: ['Date'] })
      await expect(takeOwnership(folder)).rejects.toEqual(inProgress(other.child.pid!))
      vi.useRealTimers()
    }
  })

  it('has what a killed contender left taken away by the next owner', async () => {
    const folder = temporaryFolder()
    for (const name of ['.owner-000001.json.0123.tmp', 'owner-000002.json', 'owner-000010.json']) {
      writeFileSync(join(folder, name), '')
    }
    await takeOwnership(folder)
    expect(readdirSync(folder)).toEqual(['owner-000011.json'])
  })
})

describe('taking', () => {
  it('is given up by who finds, having slept after its look, that others have had it since', async () => {
    const folder = temporaryFolder()
    await (await takeOwnership(folder)).release()
    const other = new Other()
    let woke = false
    vi.mocked(fs.link).mockImplementationOnce(async (from, to) => {
      const content = readFileSync(String(from))
      // Two generations pass before it goes on: the one it saw is free again.
      await other.ask('take', folder)
      await other.ask('release', folder)
      await other.ask('take', folder)
      writeFileSync(String(to), content, { flag: 'wx' })
      woke = true
    })
    await expect(takeOwnership(folder)).rejects.toEqual(inProgress(other.child.pid!))
    expect(woke).toBe(true)
    expect(await ownerOf(folder)).toMatchObject({ pid: other.child.pid })
  })

  it('works where the file system knows no links', async () => {
    const folder = temporaryFolder()
    vi.mocked(fs.link).mockRejectedValue(Object.assign(new Error('no links'), { code: 'EPERM', syscall: 'link' }))
    const { release } = await takeOwnership(folder)
    await expect(takeOwnership(folder)).rejects.toEqual(inProgress(process.pid))
    await release()
    await takeOwnership(folder)
    expect(readdirSync(folder)).toEqual(['owner-000002.json'])
  })

  it('is refused with the reason where nothing can be written, and leaves no owner', async () => {
    const missing = join(temporaryFolder(), 'missing')
    await expect(takeOwnership(missing)).rejects.toMatchObject({ code: 'cannot-write' })
    expect(await ownerOf(missing)).toBeNull()
    mkdirSync(missing)
    vi.mocked(fs.link).mockRejectedValueOnce(Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'link' }))
    await expect(takeOwnership(missing)).rejects.toMatchObject({ code: 'disk-full' })
    await takeOwnership(missing)
  })
})

describe('a short lock', () => {
  it('waits for a living owner and says after a while that it does not let go', async () => {
    const folder = temporaryFolder()
    const { release } = await takeOwnership(folder)
    await expect(withOwnership(folder, () => Promise.resolve(), 100)).rejects.toMatchObject({ code: 'library-locked' })
    const later = withOwnership(folder, () => Promise.resolve('done'))
    await release()
    expect(await later).toBe('done')
  })

  it('is free again after what went wrong in it', async () => {
    const folder = temporaryFolder()
    await expect(withOwnership(folder, () => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong')
    expect(await ownerOf(folder)).toBeNull()
  })

  it('is taken from another computer that holds it for longer than anyone does', async () => {
    const folder = temporaryFolder()
    await leave(folder, { host: 'elsewhere' })
    expect(await withOwnership(folder, () => Promise.resolve('done'), 100)).toBe('done')
  })
})
