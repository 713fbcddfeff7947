import type { Loaded } from '../../../settings/load.ts';
import type { Settings } from '../../../settings/schema.ts';
import type { Update } from '../../../settings/write.ts';
import type { ClientsView, PromptsView, ToolsDraft, ToolsView } from '../../settings-api.ts';

/** What the settings page needs of the rest of the program. */
export type SettingsPort = {
  /** The settings as file, environment and flags say now. */
  read: () => Loaded;
  /** Stands for what is saved now: other settings, another revision. */
  revision: () => string;
  /** Changes what is saved, all or none. @throws Error for people, or of the file system */
  write: (updates: Update[]) => Promise<void>;
  /** Brings them into force, at once. */
  reload: () => void;
  /** What is wrong with names of tools in settings, each a sentence that begins with the setting and a colon. */
  faultsOf: (settings: Settings) => string[];
  /** Every tool and action, with the switches that are saved, or those of a draft. */
  tools: (draft?: ToolsDraft) => Promise<ToolsView>;
  /** What there is of a prompts collection. @param token of the admin who asks */
  prompts: (token: string, collection: string) => Promise<PromptsView>;
  /** Makes a prompts collection. @throws ProblemError when Directus does not */
  createPrompts: (token: string, collection: string) => Promise<void>;
  /**
   * How clients are told to connect.
   * @param address of this server, without a path
   * @param windows whether who reads it uses Windows
   */
  clients: (address: string, windows: boolean) => ClientsView;
};
