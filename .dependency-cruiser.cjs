/** Who may import whom (see README, "How the code is laid out"). */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })

/** Domains of shared, the lowest first: each knows those before it. What is in no folder, and text and messages, lies below all. */
const domains = ['architecture', 'experiment', 'presets', 'run', 'evaluation', 'app', 'ipc']
const domainRules = domains
  .slice(0, -1)
  .map((domain, place) =>
    forbid(
      `shared-${domain}-below`,
      { path: `^src/shared/${domain}/` },
      { path: `^src/shared/(${domains.slice(place + 1).join('|')})/` },
      `Within shared: ${domains.join(' <- ')}.`
    )
  )

/** The renderer's features: each knows the shell's services, controls, charts and shared, and no other feature. */
const features = ['architecture', 'train', 'evaluate', 'compare', 'data']
const featureRules = features.map((feature) =>
  forbid(
    `${feature}-alone`,
    { path: `^src/renderer/${feature}/` },
    { path: `^src/renderer/(${features.filter((other) => other !== feature).join('|')})/` },
    'A feature never imports another: what two need goes to app, ui or charts.'
  )
)

module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'A cycle hides which part comes first.'),
    {
      ...forbid(
        'no-cycles-of-folders',
        { path: '^src' },
        { circular: true },
        'Nor of folders: one of two comes first.'
      ),
      scope: 'folder'
    },
    ...domainRules,
    forbid(
      'shared-root-is-lowest',
      { path: '^src/shared/([^/]+$|text/|messages/)' },
      { path: `^src/shared/(${domains.join('|')})/` },
      'Errors, texts and messages are what all domains rest on.'
    ),
    forbid(
      'ipc-for-its-ends-only',
      { path: '^src/(?!shared/ipc/)', pathNot: '^src/(main/ipc/|preload/|renderer/app/bridge[.]ts$)' },
      { path: '^src/shared/ipc/' },
      'The contract is for who serves and who asks: router and handlers, preload, bridge. Types live in their domain.'
    ),
    ...featureRules,
    forbid(
      'shell-knows-no-feature',
      { path: '^src/renderer/(app|ui|charts)/' },
      { path: `^src/renderer/(${features.join('|')})/` },
      'Features are put in by main.ts, which alone knows both.'
    ),
    forbid(
      'app-is-the-top-of-the-shell',
      { path: '^src/renderer/app/stores/' },
      { path: '^src/renderer/app/[^/]+[.]vue$' },
      'Stores know no component.'
    ),
    forbid(
      'parts-below-their-view',
      { path: '^src/renderer/architecture/[^/]+/' },
      { path: '^src/renderer/architecture/[^/]+$' },
      'The view is made of its parts, not the other way.'
    ),
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
