/**
 * Before test files that run `out/`: builds where the sources are others than those it was made from, as `npm test`
 * does, so that no test passes on a build of yesterday. Where it cannot, vitest ends with what is wrong.
 */
export default async function freshBuild(): Promise<void> {
  const [{ buildStep }, { setUp }] = await Promise.all([
    import('../../scripts/setup/build.mjs'),
    import('../../scripts/setup/steps.mjs')
  ])
  await setUp([buildStep])
}
