/** Who may import whom (see README, "How the code is laid out"). */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })

module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'A cycle hides which part comes first.'),
    forbid(
      'shared-is-pure',
      { path: '^src/shared' },
      { path: ['^src/(main|preload|renderer)', '^node:', 'node_modules/(electron|vue|@tensorflow)'] },
      'shared knows no Electron, Vue, TensorFlow or Node.'
    ),
    forbid(
      'engine-knows-shared-only',
      { path: '^src/main/engine' },
      { path: '^src/main/(?!engine)' },
      'The engine is used by training, not the other way.'
    ),
    forbid(
      'datasets-and-library-below-training',
      { path: '^src/main/(datasets|library)' },
      { path: '^src/main/(training|jobs|ipc|cli)' },
      'Training, jobs and ipc use data sets and library.'
    ),
    forbid(
      'jobs-above-training',
      { path: '^src/main/training' },
      { path: '^src/main/(jobs|ipc|cli)' },
      'Jobs run trainers; a trainer knows nothing of jobs.'
    ),
    forbid(
      'jobs-below-ipc',
      { path: '^src/main/jobs' },
      { path: '^src/main/(ipc|cli)' },
      'The window and the command line ask jobs, not the other way.'
    ),
    forbid(
      'run-knows-files-and-shared-only',
      { path: '^src/main/run' },
      { path: ['^src/main/(?!run|files)', 'node_modules/electron'] },
      'A run is a folder to everyone: library, training, jobs and cli use it.'
    ),
    forbid(
      'renderer-not-main',
      { path: '^src/renderer' },
      { path: '^src/(main|preload)' },
      'Processes never import each other.'
    ),
    forbid(
      'main-not-renderer',
      { path: '^src/main' },
      { path: '^src/(renderer|preload)' },
      'Processes never import each other.'
    ),
    forbid(
      'preload-shared-ipc-only',
      { path: '^src/preload' },
      { path: '^src/(?!shared/ipc|preload)' },
      'The preload exposes the contract, nothing else.'
    ),
    forbid(
      'engine-without-electron',
      { path: '^src/main/(engine|datasets|library|cli)' },
      { path: 'node_modules/electron' },
      'The command line runs in plain Node.'
    )
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.cjs', '.js', '.vue', '.json'] }
  }
}
