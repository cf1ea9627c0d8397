import { MessageChannelMain, utilityProcess } from 'electron'
import type { Processes } from './trainerProcess'

/** Trainers as Electron's utility processes that run `script`. */
export const electronProcesses = (script: string): Processes => ({
  fork() {
    const child = utilityProcess.fork(script, [], { serviceName: 'Residuum trainer', stdio: 'inherit' })
    return {
      post: (request, ports = []) => child.postMessage(request, ports),
      onMessage: (heard) => child.on('message', heard),
      onExit: (exited) => child.once('exit', exited),
      kill() {
        try {
          // Not child.kill(): a trainer takes its signal for a wish to save the run first.
          if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
        } catch {
          // It has ended by itself.
        }
      }
    }
  },
  channel: () => new MessageChannelMain()
})
