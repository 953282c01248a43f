/** The public surface of the flow language; whoever is outside this folder imports from here. */
export type * from './flow';
export type * from './state';
export { ENGINE, NEVER } from './state';
export { step } from './step';
export { nextDeadline, describeRest } from './rest';
export { closedReplyVerdict, type ClosedReplyVerdict } from './engine/closed-reply';
export { CLOSED_THREAD_TEMPLATE } from './engine/mail';
export { evaluate, type Evaluated, type Read, type Value } from './expression';
export { evaluateAll, storePaths, type EvaluationMode, type EvaluationResult } from './evaluation';
export { facts, factOf, type Fact, type ValueType } from './facts';
export { durationMs, durationWords } from './duration';
export { strategies, obstacle, type Candidate, type Choice, type Reasoned, type Strategy } from './strategies';
export { checkFlow, parseFlow, lintCodes } from './lint';
export type { Finding, Related } from './lint/finding';
export type { References } from './lint/context';
export { flowSchema, SCHEMA_ID } from './schema';
export { canonical } from './format';
export { diagram } from './diagram';
