/** What the sandbox is doing just now. `fraction` (0 to 1) is there when the end is known. */
export type Progress = {
  stage: 'install' | 'content' | 'start';
  text: string;
  fraction?: number;
};

export type OnProgress = (progress: Progress) => void;
