import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import node from 'eslint-plugin-n'
import globals from 'globals'
import ts from 'typescript-eslint'

/** What lives in one place alone, so that one review covers it (see `docs`). */
const onlyHere = (name, selector, message) => ({ name, selector, message })
const restricted = [
  onlyHere('ipc', "MemberExpression[object.name='ipcMain']", 'Requests are served by main/ipc/router.ts alone.'),
  onlyHere(
    'shell',
    "MemberExpression[object.name='shell'][property.name='openExternal']",
    'Nothing is opened outside the app.'
  ),
  onlyHere(
    'write',
    'CallExpression[callee.name=/^(writeFile|writeFileSync|createWriteStream|appendFile)$/]',
    'Files are written by main/files.ts, whole or not at all.'
  ),
  onlyHere(
    'random',
    "MemberExpression[object.name='Math'][property.name='random']",
    'Runs must repeat: see engine/random.ts.'
  )
]
const without = (...names) =>
  restricted.filter(({ name }) => !names.includes(name)).map(({ selector, message }) => ({ selector, message }))

export default ts.config(
  { ignores: ['out/**', 'node_modules/**'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  prettier,
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    files: ['src/**/*.{ts,vue}'],
    rules: {
      'no-restricted-syntax': ['error', ...without()],
      '@typescript-eslint/no-explicit-any': 'error',
      'vue/multi-word-component-names': ['error', { ignores: ['Name'] }],
      'vue/require-default-prop': 'off'
    }
  },
  // Electron 22 brings Node 16.17; its newer functions are undefined there, which no type tells.
  {
    files: ['src/{main,preload,shared}/**/*.ts'],
    plugins: { n: node },
    rules: {
      'n/no-unsupported-features/node-builtins': ['error', { version: '>=16.17.0', allowExperimental: true }],
      'n/no-unsupported-features/es-builtins': ['error', { version: '>=16.17.0' }]
    }
  },
  { files: ['src/main/ipc/router.ts'], rules: { 'no-restricted-syntax': ['error', ...without('ipc')] } },
  // A compiled graph goes to a temporary folder and is read back at once: nothing to keep.
  { files: ['src/main/engine/graph/session.ts'], rules: { 'no-restricted-syntax': ['error', ...without('write')] } },
  { rules: { 'vue/no-undef-components': 'off', 'no-undef': 'off' } }
)
