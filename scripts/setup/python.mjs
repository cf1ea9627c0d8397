import { spawnSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { SetupError, progressBar } from './log.mjs'
import { folderSize } from './folders.mjs'
import { run } from './run.mjs'

const INSTALL_HINT = 'Install Python 3 with pip (Debian: apt-get install python3 python3-pip) and try again.'

/** The Python that has pip. Throws SetupError when there is none. */
function python() {
  const command = process.platform === 'win32' ? 'python' : 'python3'
  const probe = spawnSync(command, ['-m', 'pip', '--version'], { encoding: 'utf8' })
  if (probe.error) throw new SetupError(`Python 3 was not found. ${INSTALL_HINT}`)
  if (probe.status !== 0) throw new SetupError(`Python 3 is here but its pip is not. ${INSTALL_HINT}`)
  return command
}

/**
 * Downloads one pinned wheel into `folder` through pip and gives its path. pip checks the SHA-256.
 * @param wheel { requirement, sha256, bytes, platform, python, label }
 */
export async function downloadWheel(wheel, folder) {
  const command = python()
  const temporary = join(folder, 'tmp')
  await mkdir(temporary, { recursive: true })
  const requirements = join(folder, 'requirements.txt')
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`)
  const bar = progressBar(wheel.label, wheel.bytes)
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-cache-dir', '--no-deps']
  args.push('--require-hashes', '--only-binary=:all:', '--dest', folder, '--platform', wheel.platform)
  if (wheel.python) args.push('--implementation', 'cp', '--python-version', wheel.python, '--abi', wheel.abi)
  args.push('--requirement', requirements)
  await run(command, args, {
    env: { ...process.env, TMPDIR: temporary },
    onTick: async () => bar(await folderSize(folder)),
    hint: 'Check the network and the free disk space, then try again; if pip speaks of a hash, the download was damaged or is not the pinned file.'
  })
  bar(wheel.bytes)
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'))
  if (!file) throw new SetupError(`pip reported success but left no wheel for ${wheel.requirement}.`)
  return join(folder, file)
}

/**
 * Extracts the members of a wheel whose names begin with one of `prefixes` into `folder`. What may be executed in the
 * wheel may be afterwards, which Python's zipfile does not see to.
 */
export async function extractWheel(wheel, prefixes, folder) {
  const script = [
    'import os, sys, zipfile',
    'archive = zipfile.ZipFile(sys.argv[1])',
    'for member in archive.infolist():',
    '    if member.filename.startswith(tuple(sys.argv[3:])):',
    '        path = archive.extract(member, sys.argv[2])',
    '        if not member.is_dir() and member.external_attr >> 16 & 0o111:',
    '            os.chmod(path, 0o755)'
  ].join('\n')
  await run(python(), ['-c', script, wheel, folder, ...prefixes], {
    hint: 'Check the free disk space and try again.'
  })
}
