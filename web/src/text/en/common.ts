/** Words that many pages use. */

export const common = {
  name: "Curtilage",
  server: {
    silent: "The server does not answer. Is Curtilage running?",
    answered: (status: number) => `The server answered ${status}.`,
  },
  actions: {
    add: "Add",
    again: "Try again",
    back: "Back",
    cancel: "Cancel",
    close: "Close",
    copy: "Copy",
    delete: "Delete",
    edit: "Edit",
    more: "Show more",
    next: "Next",
    save: "Save",
    undo: "Undo",
    redo: "Redo",
  },
  states: {
    loading: "Loading …",
    saved: "Saved.",
    copied: "Copied.",
    failed: "That did not work.",
  },
  kinds: {
    "tns1:RuleEngine/LineDetector/Crossed": "line crossed",
    "tns1:RuleEngine/FieldDetector/ObjectsInside": "inside a zone",
    "tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering": "loitering",
    "tns1:RuleEngine/CountAggregation/Counter": "counted",
  } as Readonly<Record<string, string>>,
  classes: {
    person: "person",
    bicycle: "bicycle",
    car: "car",
    motorcycle: "motorcycle",
    bus: "bus",
    truck: "truck",
    dog: "dog",
    cat: "cat",
    bird: "bird",
    horse: "horse",
  } as Readonly<Record<string, string>>,
};
