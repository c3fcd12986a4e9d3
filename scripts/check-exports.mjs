/**
 * Checks that the packages work outside the repository: exports exist, publint passes, tarballs
 * install and load. @module
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'
import { listPackages, ROOT } from './repository.mjs'
import { runNode, runNpm } from './run-command.mjs'

/** @typedef {import('./repository.mjs').WorkspacePackage} WorkspacePackage */

/**
 * Checks all published packages.
 *
 * @returns {Promise<string[]>} One sentence per problem.
 */
export async function checkExports() {
  const packages = listPackages().filter(({ manifest }) => manifest.private !== true)
  const missing = packages.flatMap(missingTargets)
  if (missing.length > 0) return missing
  const linted = await Promise.all(packages.map(publintProblems))
  return [...linted.flat(), ...(await installProblems(packages))]
}

/** @param {WorkspacePackage} pkg */
function missingTargets({ path, manifest }) {
  const bins = Object.values(manifest.bin ?? {})
  return [...targetsOf(manifest.exports), ...bins]
    .filter((target) => !existsSync(join(path, target)))
    .map((target) => `${manifest.name}: ${target} is named in package.json and does not exist`)
}

/**
 * @param {unknown} node A value of `exports`, at any depth.
 * @returns {string[]}
 */
function targetsOf(node) {
  if (typeof node === 'string') return [node]
  if (node === null || typeof node !== 'object') return []
  return Object.values(node).flatMap(targetsOf)
}

/** @param {WorkspacePackage} pkg */
async function publintProblems({ path, manifest }) {
  const { publint } = await import('publint')
  const { formatMessage } = await import('publint/utils')
  const { messages } = await publint({ pkgDir: path, level: 'warning' })
  return messages.map(
    (message) => `${manifest.name}: ${formatMessage(message, manifest) ?? message.code}`,
  )
}

/** @param {readonly WorkspacePackage[]} packages */
async function installProblems(packages) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-exports-'))
  try {
    return await installAndLoad(packages, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {readonly WorkspacePackage[]} packages
 * @param {string} folder
 */
async function installAndLoad(packages, folder) {
  const app = join(folder, 'app')
  mkdirSync(app)
  const packed = await runNpm(
    ['pack', '--json', '--pack-destination', folder, ...packages.map(({ path }) => path)],
    { quiet: true },
  )
  if (packed.code !== 0) return [`npm pack failed: ${lastLines(packed.output)}`]
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: {
        ...Object.fromEntries(packages.map(({ manifest }) => [manifest.name, tarballOf(manifest)])),
        react: '19.3.1',
      },
    }),
  )
  const installed = await runNpm(
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'],
    { cwd: app, quiet: true },
  )
  if (installed.code !== 0) {
    return [`The packed tarballs do not install: ${lastLines(installed.output)}`]
  }
  const loads = packages.map((pkg) => loadProblems(pkg, app))
  const types = packages.map((pkg) => typesProblems(pkg, folder))
  return (await Promise.all([...loads, ...types])).flat()
}

/**
 * Checks that the types of a tarball resolve under all settings of TypeScript, including `node10` of CommonJS apps.
 *
 * @param {WorkspacePackage} pkg
 * @param {string} folder Folder of the tarballs.
 */
async function typesProblems({ manifest }, folder) {
  const cli = join(ROOT, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js')
  const untyped = Object.keys(manifest.exports).filter(
    (name) => name.endsWith('.css') || isBrowserOnly(manifest, name),
  )
  const { code, output } = await runNode(
    [
      cli,
      join(folder, tarballOf(manifest).replace('file:../', '')),
      ...['--format', 'ascii'],
      // Node 20.19 and later load an ES module by require; protocol's types name the import condition #digest.
      ...['--ignore-rules', 'cjs-resolves-to-esm', 'internal-resolution-error'],
      ...(untyped.length === 0 ? [] : ['--exclude-entrypoints', ...untyped]),
    ],
    { quiet: true },
  )
  return code === 0 ? [] : [`${manifest.name}: its types do not resolve: ${output.trim()}`]
}

/** @param {any} manifest */
function tarballOf(manifest) {
  return `file:../${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
}

/**
 * @param {WorkspacePackage} pkg
 * @param {string} app
 */
async function loadProblems({ manifest }, app) {
  const names = Object.keys(manifest.exports)
    .filter((name) => !/\.(json|css)$/.test(name) && !isBrowserOnly(manifest, name))
    .map((name) => manifest.name + name.slice(1))
  const program = `for (const name of ${JSON.stringify(names)}) {
    const loaded = await import(name)
    if (Object.keys(loaded).length === 0) throw new Error(name + ' exports nothing')
  }`
  const loaded = await runNode(['--input-type=module', '--eval', program], {
    cwd: app,
    quiet: true,
  })
  const problems = loaded.code === 0 ? [] : [`${manifest.name}: ${lastLines(loaded.output)}`]
  for (const name of Object.keys(manifest.bin ?? {})) {
    const bin = join('node_modules', manifest.name, manifest.bin[name])
    const help = await runNode([bin, '--help'], { cwd: app, quiet: true })
    if (help.code !== 0) problems.push(`${name} --help fails: ${lastLines(help.output)}`)
  }
  return problems
}

/**
 * Returns true for a script for web pages, which Node cannot load as a module.
 *
 * @param {any} manifest
 * @param {string} name
 */
function isBrowserOnly(manifest, name) {
  return typeof manifest.exports[name] === 'string' && name === './script'
}

/** @param {string} output */
function lastLines(output) {
  return output.trim().split('\n').slice(-8).join('\n    ')
}

if (isMain(import.meta.url)) {
  const problems = await checkExports()
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
