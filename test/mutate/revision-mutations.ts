import type { Mutation } from './mutations';

/** Lines by which revisions are moved, tried and kept as tests. */
export const revisionMutations: Mutation[] = [
  {
    name: 'revision: a canary goes by the hash of a percentage route',
    file: 'flows/canary.ts',
    find: 'shareOf(`canary/${enquiryId}`)',
    replace: 'shareOf(`${enquiryId}/route`)',
    tests: 'test/flows/canary',
    project: 'pure',
  },
  {
    name: 'revision: a run is taken over to a node of another kind',
    file: 'flows/migrate.ts',
    find: 'return after.type === kind ? []',
    replace: 'return after ? []',
    tests: 'test/flows/migrate',
    project: 'pure',
  },
  {
    name: 'revision: a saved test keeps what is personal',
    file: 'flows/simulation/without-people.ts',
    find: 'if (known[path]?.personal !== true) return [path, value];',
    replace: 'return [path, value];',
    tests: 'test/flows/run-as-test',
    project: 'pure',
  },
  {
    name: 'revision: a saved test that goes another way is not noticed',
    file: 'flows/simulation/run-as-test.ts',
    find: '...(whole.parted === null ? changed({ whole, played, reads, replaced }) : []),',
    replace: '',
    tests: 'test/flows/run-as-test',
    project: 'pure',
  },
  {
    name: 'revision: the automatic mail of an enquiry goes although it was stopped',
    file: 'activities/mail/queue-mail.ts',
    find: 'const refusal = stopped ?? ',
    replace: 'const refusal = ',
    tests: 'test/api/live',
    project: 'real',
  },
  {
    name: 'revision: a flow is published whose tests fail',
    file: 'api/routes/publishing.ts',
    find: 'if (failed.length > 0) throw',
    replace: 'if (failed.length > 999) throw',
    tests: 'test/api/flow-commands',
    project: 'real',
  },
];
