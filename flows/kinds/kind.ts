import type { FlowNode } from '../flow';
import type { Answer } from '../state';
import type { Run, Turn } from '../engine/run';

/** A fragment of JSON Schema (2020-12). */
export type JsonSchema = { [key: string]: JsonSchemaValue };
type JsonSchemaValue = string | number | boolean | null | JsonSchemaValue[] | { [key: string]: JsonSchemaValue };

/** One way a node can end. */
export interface Outcome {
  name: string;
  /** False: it may come at once, so a loop over it never pauses. */
  takesTime: boolean;
}

/** All that is to be said about a node kind; schema, linter, engine, simulator, docs and console read it from here. */
export interface Kind<Node extends FlowNode> {
  /** What a node of this kind does, in one sentence for an admin. */
  readonly title: string;
  /** JSON Schema of its properties besides `type`, `next` and `comment`. */
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  /** True for kinds whose nodes lead on by properties of their own instead of `next`, or end the flow. */
  readonly withoutNext?: true;
  /** Every outcome a node of this kind can have, besides `error`. */
  readonly outcomes: readonly Outcome[];
  /** Which of them this node has, where that depends on what it names. */
  outcomesOf?(node: Node): readonly string[];
  /** The course comes to the node. */
  enter(run: Run, node: Node): Turn;
  /** The question that `enter` (or an earlier `resume`) asked is answered. Kinds that ask none have no use for it. */
  resume?(run: Run, node: Node, answer: Answer): Turn;
  /** Its question could not be answered for good, and the node does not want that to be a fault. */
  failed?(run: Run, node: Node, code: string): Turn;
}

/** The outcome of kinds that have only one. */
export const DONE: readonly Outcome[] = [{ name: 'done', takesTime: false }];
