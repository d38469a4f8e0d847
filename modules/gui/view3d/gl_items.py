"""Items of the 3D view: how meshes and lines are handed to OpenGL."""

from __future__ import annotations

from OpenGL import GL
from pyqtgraph.opengl import GLLinePlotItem, GLMeshItem

from .meshes import Mesh


def line_item(depth: int, width: float, color: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)) -> GLLinePlotItem:
    """Separate segments, not yet seen."""
    item = GLLinePlotItem(mode="lines", width=width, glOptions="translucent", color=color)
    item.setDepthValue(depth)
    item.setVisible(False)
    return item


def mesh_item(depth: int, options: str, cull: bool = False) -> GLMeshItem:
    item = GLMeshItem(smooth=True, computeNormals=False, glOptions=options)
    if cull:  # only the near wall of a translucent body, else its back shows through in patches
        item.updateGLOptions({GL.GL_CULL_FACE: True})
    item.setDepthValue(depth)
    item.setVisible(False)
    return item


def set_mesh(item: GLMeshItem, mesh: Mesh) -> None:
    item.setVisible(len(mesh.faces) > 0)
    if len(mesh.faces):
        item.setMeshData(vertexes=mesh.vertices, faces=mesh.faces, vertexColors=mesh.colors)
