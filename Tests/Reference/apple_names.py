"""Apple's names of the tensors that timm names otherwise.

The table holds for the training and the reparameterised form. (timm's `checkpoint_filter_fn`
knows only the training form, and only the other direction.) `python apple_names.py` compares the
table with the key lists in `Tests/Network/Keys`: it must give each key of a list exactly once,
with its type and shape.
"""

import csv
import pathlib
import re
import sys

KEYS = pathlib.Path(__file__).parent.parent / "Network" / "Keys"

# Inside a module: timm's spelling, then Apple's.
SPELLINGS = (
    (".conv_kxk.", ".rbr_conv."),
    (".conv_scale.", ".rbr_scale."),
    (".identity.", ".rbr_skip."),
    (".large_conv.", ".lkb_origin."),
    (".se.fc1.", ".se.reduce."),
    (".se.fc2.", ".se.expand."),
    (".mlp.", ".convffn."),
)
# Modules outside the stages.
PREFIXES = (("stem.", "patch_embed."), ("final_conv.", "conv_exp."), ("head.fc.", "head."))


def network_indices(has_position_encoding):
    """Apple's flat index of (stage, part), where part is downsample, pos_emb or blocks.

    One list holds everything between stem and head: per stage the downsample, the positional
    encoding where the stage has one (only stage 4), and the blocks.
    """
    parts = [(0, "blocks")]
    for stage in (1, 2, 3):
        parts.append((stage, "downsample"))
        if stage == 3 and has_position_encoding:
            parts.append((stage, "pos_emb"))
        parts.append((stage, "blocks"))
    return {part: index for index, part in enumerate(parts)}


def in_stage(stage, part, rest, indices):
    """Apple's name of `stages.<stage>.<part>.<rest>`."""
    network = f"network.{indices[stage, part]}."
    if part == "downsample":
        # Of all merged convolutions, only a patch embedding's large kernel has its own name.
        return network + re.sub(r"^proj\.0\.reparam_conv\.", "proj.0.lkb_reparam.", rest)
    if part == "pos_emb":
        return network + re.sub(r"^pos_enc\.", "pe.", rest)
    return network + re.sub(r"(layer_scale(_\d)?)\.gamma$", r"\1", rest)


def apple_name(name, indices):
    """Apple's name of the tensor that timm calls `name`, in the same form."""
    match = re.fullmatch(r"stages\.(\d)\.(downsample|pos_emb|blocks)\.(.+)", name)
    if match:
        name = in_stage(int(match[1]), match[2], match[3], indices)
    for ours, theirs in PREFIXES:
        if name.startswith(ours):
            name = theirs + name.removeprefix(ours)
    for ours, theirs in SPELLINGS:
        name = name.replace(ours, theirs)
    return name


def to_apple(tensors):
    """timm's state dict, of either form, with Apple's names."""
    indices = network_indices(any(".pos_emb." in name for name in tensors))
    renamed = {apple_name(name, indices): tensor for name, tensor in tensors.items()}
    assert len(renamed) == len(tensors), "two tensors got the same name"
    return renamed


def key_list(path):
    """A list of keys as {name: (type, shape)}."""
    with open(path, newline="", encoding="utf-8") as file:
        return {name: (kind, shape) for name, kind, shape in csv.reader(file, delimiter="\t")}


def check():
    """Compares the table with every pair of key lists; returns whether all agree."""
    good = True
    for variant in ("t8", "sa12", "ma36"):
        for form in ("train", "reparam"):
            ours = to_apple(key_list(KEYS / f"timm_{variant}_{form}.tsv"))
            theirs = key_list(KEYS / f"apple_{variant}_{form}.tsv")
            wrong = {name for name in ours | theirs if ours.get(name) != theirs.get(name)}
            good = good and not wrong
            print(f"{variant} {form}: {len(theirs)} keys, {len(wrong)} wrong {sorted(wrong)[:4]}")
    return good


if __name__ == "__main__":
    sys.exit(0 if check() else 1)
