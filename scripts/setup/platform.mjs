import process from 'node:process'

/** Why Residuum cannot be set up on this system and what to do instead, or null where it can. */
export function platformProblem(platform = process.platform, arch = process.arch) {
  if (platform === 'win32') {
    return (
      'Residuum runs on Linux. On Windows, install WSL 2 with its window system (in PowerShell: wsl --install -d Debian), ' +
      'open Debian, put Residuum in its home folder and run npm start there.'
    )
  }
  if (platform === 'darwin') {
    return (
      'Residuum runs on Linux; on macOS there is no TensorFlow library that set-up could take. ' +
      'Use a Linux virtual machine with a desktop, or without a window a Linux container, and run npm start there.'
    )
  }
  if (platform !== 'linux' || !['x64', 'arm64'].includes(arch)) {
    return `Residuum runs on Linux x64 and arm64; this is ${platform} ${arch}, for which TensorFlow has no library.`
  }
  return null
}
