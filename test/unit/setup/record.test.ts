import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { fillFolder, makeFolder, recordOf } from '../../../scripts/setup/folders.mjs'
import { NOT_MADE, damages, problemWith, writeRecord } from '../../../scripts/setup/record.mjs'
import { temporaryFolder } from '../support'

let folder: string
let record: { file: string; folder: string; key: string }
const file = (name: string) => join(folder, name)

beforeEach(() => {
  folder = temporaryFolder()
  mkdirSync(file('below'))
  writeFileSync(file('below/data'), 'abc')
  writeFileSync(file('program'), '#!')
  chmodSync(file('program'), 0o755)
  symlinkSync('below', file('link'))
  record = recordOf(folder, 'inputs')
  writeRecord(record)
})

describe('a record', () => {
  it('holds while nothing changes', () => {
    expect([problemWith(record), damages(record)]).toEqual([null, []])
  })

  it.each([
    ['a missing file', () => rmSync(file('below/data')), 'below/data is missing'],
    ['another size', () => writeFileSync(file('below/data'), 'ab'), 'below/data has 2 bytes instead of 3'],
    ['other contents', () => writeFileSync(file('below/data'), 'abd'), 'below/data has other contents'],
    ['a folder for a file', () => (rmSync(file('program')), mkdirSync(file('program'))), 'program is no file'],
    ['no right to execute', () => chmodSync(file('program'), 0o644), 'program may not be executed'],
    ['another link', () => (rmSync(file('link')), symlinkSync('program', file('link'))), 'link does not link to below'],
    ['a missing link', () => rmSync(file('link')), 'link is missing']
  ])('says %s', (_, change, message) => {
    change()
    expect([problemWith(record), damages(record)]).toEqual([message, [message]])
  })

  it('hashes a file of another time, and takes the time down where the contents hold', () => {
    utimesSync(file('below/data'), 1, 1)
    expect(problemWith(record)).toBeNull()
    // Same size, same time: only hashes tell.
    writeFileSync(file('below/data'), 'abd')
    utimesSync(file('below/data'), 1, 1)
    expect([problemWith(record), damages(record)]).toEqual([null, ['below/data has other contents']])
  })

  it('says all damages', () => {
    rmSync(file('program'))
    writeFileSync(file('below/data'), 'abd')
    expect(damages(record).sort()).toEqual(['below/data has other contents', 'program is missing'])
  })

  it.each([
    ['empty', () => ''],
    ['cut off', (text: string) => text.slice(0, -1)],
    ['no object', () => 'null'],
    ['a list', () => '[]'],
    ['of another format', (text: string) => text.replace('"format":1', '"format":0')],
    ['of other inputs', (text: string) => text.replace('"key":"inputs"', '"key":"others"')],
    ['without files', () => '{"format":1,"key":"inputs"}'],
    ['of no files', () => '{"format":1,"key":"inputs","files":{}}'],
    ['of null', () => '{"format":1,"key":"inputs","files":null}'],
    ['of files that are none', () => '{"format":1,"key":"inputs","files":{"program":7}}'],
    ['of bytes', () => '\u0000\ufffd']
  ])('that is %s counts as none', (_, change) => {
    writeFileSync(record.file, change(readFileSync(record.file, 'utf8')))
    expect([problemWith(record), damages(record)]).toEqual([NOT_MADE, [NOT_MADE]])
  })
})

describe('fillFolder', () => {
  it('leaves the folder whole, with a record, or not at all, whatever an earlier try left', async () => {
    const target = file('x')
    mkdirSync(`${target}.partial`)
    writeFileSync(join(`${target}.partial`, 'stale'), '')
    const fail = async (partial: string) => {
      writeFileSync(join(partial, 'half'), '')
      throw new Error('cut off')
    }
    const made = recordOf(target, 'key')
    await expect(fillFolder(target, 'key', fail)).rejects.toThrow('cut off')
    expect(problemWith(made)).toBe(NOT_MADE)
    await fillFolder(target, 'key', async (partial: string) => writeFileSync(join(partial, 'whole'), ''))
    expect(problemWith(made)).toBeNull()
    expect(Object.keys((JSON.parse(readFileSync(made.file, 'utf8')) as { files: object }).files)).toEqual(['whole'])
    // A later try that fails leaves what is there.
    await expect(fillFolder(target, 'other', fail)).rejects.toThrow('cut off')
    expect(problemWith(made)).toBeNull()
  })
})

describe('makeFolder', () => {
  it('makes what is missing, and gives up where nothing can be made', async () => {
    await makeFolder(file('a/b/c'))
    await makeFolder(file('a/b/c'))
    writeFileSync(file('a/b/c/d'), '')
    await expect(makeFolder(file('below/data'))).rejects.toThrow('EEXIST')
    await expect(makeFolder(file('below/data/x'))).rejects.toThrow('ENOTDIR')
    await expect(makeFolder('/proc/x/y')).rejects.toThrow(/ENOENT/)
  })
})
