import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

function aliases(...names: readonly string[]): Record<string, string> {
  const folder = fileURLToPath(new URL('./test/react-18/node_modules', import.meta.url))
  return Object.fromEntries(names.map((name) => [name, join(folder, name)]))
}

export default defineConfig({
  test: {
    // Browser tests wait more than they compute: more workers than cores.
    maxWorkers: availableParallelism() * 3,
    projects: [
      {
        test: {
          name: 'unit',
          // Loading the same packages for each file again is a fourth of the time.
          isolate: false,
          unstubEnvs: true,
          restoreMocks: true,
          globalSetup: './packages/server/build.mjs',
          include: ['{packages,bench,scripts}/**/*.test.{ts,tsx,mjs}', 'test/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            '**/dist/**',
            'test/apps/**',
            'test/e2e/**',
            'test/react-18/**',
            'test/runtimes/endpoint/**',
            'test/browsers/**',
          ],
          // A server opens a catalog with real syncs, and others start programs: a busy machine is no failure. Tests set no shorter limits.
          testTimeout: 180_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        // The oldest React that packages/react names as its peer.
        resolve: { alias: aliases('react', 'react-dom') },
        test: {
          name: 'react-18',
          include: ['packages/react/src/**/*.test.{ts,tsx}', 'test/react-18/*.test.{ts,tsx}'],
        },
      },
      {
        test: {
          // Needs the runtimes of test/runtimes/engines: `npm run test:runtimes` installs them.
          name: 'runtimes',
          include: ['test/runtimes/endpoint/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          // The core flows in three engines: `npm run test:browsers` installs them.
          name: 'engines',
          include: ['test/browsers/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 60_000 } },
          retry: process.env.CI ? 1 : 0,
        },
      },
      {
        test: {
          // Builds and runs apps as the guides say: `npm run test:apps`.
          name: 'apps',
          globalSetup: './packages/server/build.mjs',
          include: ['test/apps/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 600_000,
          expect: { poll: { timeout: 90_000 } },
          retry: process.env.CI ? 1 : 0,
        },
      },
      {
        test: {
          name: 'browser',
          globalSetup: './packages/server/build.mjs',
          include: ['test/e2e/*.test.ts'],
          // Longer than one wait for a page (PATIENCE_MS), which says what it waited for.
          testTimeout: 240_000,
          // Next.js builds an app beside all else: a busy machine takes minutes, and is no failure.
          hookTimeout: 600_000,
          expect: { poll: { timeout: 90_000 } },
          // What passes only the second time is named at the end of the run.
          retry: process.env.CI ? 1 : 0,
        },
      },
    ],
  },
})
