import type { Flow, VariableDeclaration } from './flow';
import type { EnquiryState } from './state';

/** Where the value of a personal variable is found: by the step that kept it, else its default. */
export interface KeptVariable {
  /** `seq` of the effect that kept it; null: nothing has yet. */
  seq: number | null;
  default: string | number | boolean;
}

/** One new value of a personal variable, which is checked next to the store. */
export type KeptPlace = Pick<VariableDeclaration, 'type' | 'enum'> & {
  variable: string;
  /** Which of the values it is. */
  index: number;
};

/** Values of personal variables by the step that kept them; live they stand in the store. */
export type KeptValues = Map<number, Record<string, string | number | boolean>>;

/** What a personal variable holds: its default where nothing was kept, or where it was erased. */
export function keptValue(
  kept: KeptValues,
  name: string,
  { seq, default: plain }: KeptVariable,
): string | number | boolean {
  const values = seq === null ? undefined : kept.get(seq);
  return values && Object.hasOwn(values, name) ? (values[name] ?? plain) : plain;
}

/** True for a variable whose values stand in the store: history has its name only. */
export function isPersonal({ variables = {} }: Pick<Flow, 'variables'>, name: string): boolean {
  return Object.hasOwn(variables, name) && variables[name]?.personal === true;
}

/** The variables of a flow whose values stand in the state of its runs, as declared: all but the personal ones. */
export function openVariables({ variables = {} }: Pick<Flow, 'variables'>): [string, VariableDeclaration][] {
  return Object.entries(variables).filter(([, { personal }]) => personal !== true);
}

/** The personal variables of a flow, and where their values are; nothing where the flow declares none. */
export function keptVariables(
  { variables = {} }: Pick<Flow, 'variables'>,
  { kept = {} }: Pick<EnquiryState, 'kept'>,
): { personal?: Record<string, KeptVariable> } {
  const found = Object.entries(variables).flatMap(([name, declared]) =>
    declared.personal === true
      ? [[name, { seq: Object.hasOwn(kept, name) ? (kept[name] ?? null) : null, default: declared.default }] as const]
      : [],
  );
  return found.length > 0 ? { personal: Object.fromEntries(found) } : {};
}

/** The name of the personal variable behind a path such as `vars.email`; null for everything else. */
export function keptName(known: { personal?: Readonly<Record<string, unknown>> }, path: string): string | null {
  const name = path.startsWith('vars.') ? path.slice('vars.'.length) : null;
  return name !== null && known.personal && Object.hasOwn(known.personal, name) ? name : null;
}

/** Those of these names that are personal, each with what it may hold. */
export function keptPlaces({ variables = {} }: Pick<Flow, 'variables'>, names: readonly string[]): KeptPlace[] {
  return names.flatMap((variable, index) => {
    const declared = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
    if (declared?.personal !== true) return [];
    const { type, enum: allowed } = declared;
    return [{ variable, index, type, ...(allowed ? { enum: allowed } : {}) }];
  });
}
