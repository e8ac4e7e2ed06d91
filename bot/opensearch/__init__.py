"""Passages in an OpenSearch cluster, for knowledge that outgrows one machine.

The cluster keeps the passages and proposes some for a question; our own formula weighs them, so that what is found is what the index
that comes with the program would find. What a question asks word by word stays at hand: a snapshot with the words, the headings and
the documents, and small documents with hints whole. One index of the cluster holds one municipality, and nothing else.

    connection   requests to the nodes: timeouts, another node, errors that hold no text
    layout       what an index holds, and how a passage is written into it and read back
    terms        the terms of a passage by field
    journey      what a question looks for, in as few requests as can be
    snapshot     the small file beside it: made, sent, fetched
    bulk         many requests, as fast as the cluster takes them
    load         a knowledge folder brought into the cluster
    retriever    proposes and weighs
    records      passages as they are fetched, each proven
    index        all of it as an `index.Index`
"""
