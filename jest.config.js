// Two projects: `pure` needs no server and runs in seconds; `real` shares servers started once in its global set-up.
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/data'],
  resetMocks: false,
};

module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'pure',
      testMatch: ['<rootDir>/test/{flows,mail,docs}/**/*.test.ts', '<rootDir>/test/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'real',
      testMatch: ['<rootDir>/test/{servers,store,activities,workflows,worker,api,scenarios,replay,cli}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
  testSequencer: '<rootDir>/test/support/longest-first.js',
  testTimeout: 240000,
  // Tests with real servers wait more than they work: two files at a time on two cores take two thirds of the time.
  maxWorkers: 2,
};
