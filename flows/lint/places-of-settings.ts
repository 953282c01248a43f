import { settingPlaces, type SettingPlace } from '../setting-places';
import { once, type LintContext } from './context';

/** Where a flow names its settings, looked for once for all rules. */
export const placesOfSettings = (context: LintContext): SettingPlace[] => once(context, read);

const read = ({ root }: LintContext): SettingPlace[] => settingPlaces(root);
