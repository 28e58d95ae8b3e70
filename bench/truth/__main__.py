"""``python -m bench.truth``: print the lines, zones and true events."""

from bench.truth.scenes import SCENES, scene_truth


def main() -> None:
    """Print them."""
    for key, scene in SCENES.items():
        truth = scene_truth(key)
        print(f"{key}: {scene.name}; {truth.certain} certain crossings")
        for event in truth.crossings:
            sure = "optional" if event.optional else "certain "
            when = f"{event.begin:7.2f} s" + (
                f" to {event.end:.2f} s" if event.end > event.begin else ""
            )
            print(f"  {event.line:8} {event.direction} {sure} {when} person {event.person}")
        for zone, visits in truth.visits.items():
            seconds = truth.occupancy[zone].sum() / 7
            print(f"  {zone}: {len(visits)} visits, {seconds:.2f} person-seconds")
            for visit in visits:
                print(f"    {visit.begin:7.2f} to {visit.end:7.2f} s person {visit.person}")


if __name__ == "__main__":
    main()
