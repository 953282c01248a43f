import { valueProblem } from '../store/contact-fields';
import type { ContactFields, CustomValue } from '../store/contacts';
import { ApiError, type InputFinding } from './api-error';
import type { TypeOf } from './http/schema';
import { object } from './http/schema';
import type { ApiPorts } from './ports';
import { contactEdit } from './shapes/contact';

const editSchema = object({}, contactEdit);

/** What is asked of a contact. */
export type WantedContact = TypeOf<typeof editSchema>;

/**
 * Checks an edit against what is there (agents, accounts, custom fields) and gives what is to be written; `custom` is the
 * contact's own with the changes in it.
 */
export async function checkedEdit(
  { store }: Pick<ApiPorts, 'store'>,
  wanted: WantedContact,
  custom: Readonly<Record<string, CustomValue>>,
): Promise<{ fields: Partial<ContactFields>; findings: InputFinding[] }> {
  const { custom: customWanted, records, ...plain } = wanted;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  const fields: Partial<ContactFields> = Object.fromEntries(given);
  const findings: InputFinding[] = [];
  if (plain.owner && !(await store.agents.get(plain.owner)))
    findings.push({ where: 'owner', what: 'is no agent; GET /v1/agents lists them' });
  if (plain.account && !(await store.accounts.get(plain.account)))
    findings.push({ where: 'account', what: 'is no account; GET /v1/accounts lists them' });
  if (plain.tags) fields.tags = [...new Set(plain.tags)];
  if (records) fields.records = records.map(({ system, id, url = null }) => ({ system, id, url }));
  if (customWanted) {
    const known = await store.contactFields.list();
    const values = new Map(Object.entries(custom));
    for (const [id, value] of Object.entries(customWanted)) {
      const field = known.find((each) => each._id === id);
      const problem = !field
        ? 'is no field; GET /v1/contact-fields lists them'
        : value === null
          ? null
          : valueProblem(field, value);
      if (problem !== null) findings.push({ where: `custom.${id}`, what: problem });
      else if (value === null) values.delete(id);
      else values.set(id, value);
    }
    fields.custom = Object.fromEntries(values);
  }
  return { fields, findings };
}

/** As `checkedEdit`; throws `wrong-body` when anything is wrong. */
export async function mustFit(
  ports: Pick<ApiPorts, 'store'>,
  wanted: WantedContact,
  custom: Readonly<Record<string, CustomValue>>,
): Promise<Partial<ContactFields>> {
  const { fields, findings } = await checkedEdit(ports, wanted, custom);
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
  return fields;
}
